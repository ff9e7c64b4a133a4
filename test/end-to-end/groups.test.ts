import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, it } from "mocha";
import {
  type Address,
  createWalletClient,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  erc20Abi,
  http,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { MICRO_PER_LOT } from "../../protocol/units.ts";
import { createIndexReader } from "../../scripts/demo/index-reader.ts";
import { pollUntil } from "../../scripts/demo/poll-until.ts";
import { readHealth, type Stage, setStage } from "../../scripts/demo/stage.ts";
import { createTranscript } from "../../scripts/demo/transcript.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { type AgonClient, connect } from "../../sdk/client.ts";
import { sharedExchange } from "./shared-exchange.ts";
import { DEADLINE_MS, DEPOSIT_MICRO, funded, type Trader } from "./trader.ts";

const START_TIMEOUT_MS = 120_000;
/** The close must come after the trade and before anyone tires of waiting. */
const OPEN_SECONDS = 45;
/** Beyond the close, the settlement grace and a reconciliation. */
const LIFE_TIMEOUT_MS = 240_000;
/** What the faucet gives. */
const FAUCET_MICRO = 1_000_000_000n;
const MEMBERS = ["red", "green", "blue"] as const;

describe("a group of exclusive outcomes on the whole exchange", () => {
  let exchange: RunningExchange;
  let stage: Stage;
  let ann: Trader;
  let ben: Trader;
  let office: AgonClient;
  let annsKey: ReturnType<typeof privateKeyToAccount>;

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
    stage = setStage(
      exchange,
      createTranscript(() => {}),
    );
    annsKey = privateKeyToAccount(generatePrivateKey());
    [ann, ben] = await Promise.all([funded(exchange, annsKey), funded(exchange)]);
    office = await connect(exchange.apiUrl, { signer: admin });
    await office.signIn();
  });

  after(async () => {
    for (const trader of [ann, ben]) trader?.client.close();
    office?.close();
    await stage?.index.stop();
  });

  /** A call of the exchange's or the collateral's that has no action of the SDK. */
  async function call(
    account: ReturnType<typeof privateKeyToAccount>,
    to: Address,
    parameters: EncodeFunctionDataParameters,
  ): Promise<void> {
    const wallet = createWalletClient({ account, transport: http(exchange.rpcUrl) });
    const data = encodeFunctionData(parameters);
    const hash = await wallet.sendTransaction({ to, data, chain: null });
    const receipt = await stage.chain.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    assert.equal(receipt.status, "success", parameters.functionName ?? "");
  }

  const admin = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
  const slugs: string[] = [];

  /** Over the api. @returns the group's id, once the index knows it too. */
  async function createGroup(closeTime: number): Promise<number> {
    const tag = generatePrivateKey().slice(2, 10);
    slugs.push(...MEMBERS.map((name) => `${name}-${tag}`));
    const title = "Which colour wins?";
    const { group } = await office.createGroup({
      slug: `colours-${tag}`,
      title,
      closeTime,
      resolveDeadline: closeTime + 86_400,
      resolution: { kind: "manual" },
      members: slugs.map((slug) => ({ slug, question: `Does ${slug} win?`, rules: "It wins." })),
    });
    assert.deepEqual(
      group.markets.map(({ slug, groupId }) => [slug, groupId]),
      slugs.map((slug) => [slug, group.groupId]),
    );
    await pollUntil("the index names the group", DEADLINE_MS, async () => {
      const found = await ann.client.getGroup(group.groupId);
      return found.title === title && found.slug === group.slug;
    });
    const { items } = await ann.client.listGroups();
    assert.deepEqual(items.find(({ groupId }) => groupId === group.groupId)?.markets, slugs);
    return group.groupId;
  }

  /** What each party has of a trader: escrowed YES and NO of each member, and cash. */
  async function holdings({ client }: Trader, groupId: number) {
    const account = client.address as Address;
    const marketIds = MEMBERS.map((_, index) => groupId + index);
    const escrow = await Promise.all(marketIds.map((market) => client.getEscrow({ market })));
    const positions = await client.getPositions();
    const { availableMicro } = await client.getBalance();
    const [cash, rows] = await Promise.all([
      stage.index.figure("SELECT cash_micro FROM chain.balances WHERE account = lower($1)", [
        account,
      ]),
      stage.index.rows(
        "SELECT market_id, yes_lots, no_lots FROM chain.positions WHERE account = lower($1)",
        [account],
      ),
    ]);
    return {
      chain: {
        micro: escrow[0]?.cashMicro.toString(),
        lots: escrow.map(({ yesLots, noLots }) => [Number(yesLots), Number(noLots)]),
      },
      engine: {
        micro: availableMicro,
        lots: marketIds.map((id) => {
          const position = positions.find(({ marketId }) => marketId === id);
          return [position?.yesAvailableLots ?? 0, position?.noAvailableLots ?? 0];
        }),
      },
      index: {
        micro: cash,
        lots: marketIds.map((id) => {
          const row = rows.find((one) => Number(one["market_id"]) === id);
          return [Number(row?.["yes_lots"] ?? 0), Number(row?.["no_lots"] ?? 0)];
        }),
      },
    };
  }

  /** Chain, engine and index have exactly this of a trader, in escrow: cash, and YES and NO of each member. */
  async function assertHolds(
    trader: Trader,
    groupId: number,
    expected: { micro: bigint; lots: number[][] },
  ): Promise<void> {
    const one = { micro: expected.micro.toString(), lots: expected.lots };
    const whole = { chain: one, engine: one, index: one };
    let found: unknown;
    // Engine and index follow the chain; what they end with is told below.
    await pollUntil("all parties agree", DEADLINE_MS, async () => {
      found = await holdings(trader, groupId);
      return isDeepStrictEqual(found, whole);
    }).catch(() => {});
    assert.deepEqual(found, whole);
  }

  /** The reconciler, the index's own sums, and the comparison of the three say that nothing is missing. */
  async function assertConserved(): Promise<void> {
    const head = await stage.chain.getBlockNumber();
    const { ok, engine_agrees, index_agrees, differences } = await pollUntil(
      "a reconciliation",
      DEADLINE_MS,
      async () => {
        const { conservation, index } = await readHealth(exchange.apiUrl);
        const isSeen = BigInt(index.block_number ?? 0) >= head;
        return isSeen && conservation.engine_agrees !== null && conservation;
      },
    );
    assert.deepEqual(differences, []);
    assert.deepEqual([ok, engine_agrees, index_agrees], [true, true, true]);
    assert.equal(await stage.index.figure("SELECT difference_micro FROM chain.solvency"), "0");
  }

  async function restartEngine(): Promise<void> {
    const victim = exchange.pids()["server"];
    assert.ok(victim);
    process.kill(victim, "SIGKILL");
    await pollUntil("engine and api are back", START_TIMEOUT_MS, async () => {
      const { engine } = await readHealth(exchange.apiUrl);
      return exchange.pids()["server"] !== victim && engine.status === "healthy";
    });
  }

  const lots = (count: number) => BigInt(count * MICRO_PER_LOT);

  /** Ann holds 10 pairs of each member, and converts 6 NO of each of the first two into YES of the third. */
  async function annConverts(groupId: number): Promise<void> {
    const { exchange: contract, collateral } = exchange.deployment;
    const approval = [contract, lots(3_000)] as const;
    await call(annsKey, collateral, { abi: erc20Abi, functionName: "approve", args: approval });
    for (const id of [groupId, groupId + 1, groupId + 2]) {
      const args = [BigInt(id), 1_000n] as const;
      await call(annsKey, contract, { abi: exchangeAbi, functionName: "split", args });
    }
    await ann.account.waitFor(
      ({ positions }) => positions.get(groupId + 2)?.noAvailableLots === 1_000,
      DEADLINE_MS,
    );
    const markets = slugs.slice(0, 2);
    for (const market of markets) {
      await ann.client.exportShares({ market, outcome: "NO", quantity: "10" });
    }
    await ann.client.convertNo({ markets, quantity: "6" });
    await ann.account.waitFor(
      ({ positions }) => positions.get(groupId + 2)?.yesAvailableLots === 1_600,
      DEADLINE_MS,
    );
  }

  /** Ben buys all YES of the third, and converts 5 of them, and 5 collateral, into NO of the two others. */
  async function benBuysAndConverts(groupId: number): Promise<void> {
    const market = slugs[2] as string;
    const order = { market, outcome: "YES", price: 200, quantity: 1_600 } as const;
    await ann.client.placeOrder({ ...order, side: "SELL" });
    const bought = await ben.client.placeOrder({ ...order, side: "BUY" });
    const [fill] = await ben.account.waitForSettlement(bought.order.hash, DEADLINE_MS, 1_600);
    assert.equal(fill?.status, "settled");
    await ben.client.exportShares({ market, outcome: "YES", quantity: "5" });
    await ben.client.convertYes({ markets: [groupId, groupId + 1], quantity: "5" });
  }

  /** The third comes true, and everyone redeems what they have. */
  async function resolveAndRedeem(groupId: number): Promise<void> {
    const payoutsYes = [0, 0, 1000];
    const resolved = await pollUntil("close and grace have passed", LIFE_TIMEOUT_MS, () =>
      office.resolveGroup(groupId, { payoutsYes }),
    );
    assert.deepEqual(
      resolved.group.markets.map(({ payoutYes }) => payoutYes),
      payoutsYes,
    );
    for (const market of slugs) {
      for (const { client } of [ann, ben]) await client.redeem({ market });
    }
    for (const market of slugs.slice(0, 2)) await ann.client.redeemTokens({ market });
  }

  async function assertGroupInIndexAndEngine(groupId: number): Promise<void> {
    const excess = "SELECT excess_yes_lots FROM chain.market_groups WHERE group_id = $1";
    assert.equal(await stage.index.figure(excess, [groupId]), "100");
    const engineTables = createIndexReader(exchange.databaseUrl);
    const sql = "SELECT DISTINCT group_id FROM engine.markets WHERE slug = ANY($1)";
    const projected = await engineTables.rows(sql, [slugs]);
    await engineTables.stop();
    assert.deepEqual(projected, [{ group_id: `${groupId}` }]);
  }

  it("is created, converted both ways, traded, replayed, resolved and redeemed, and all parties agree", async function life() {
    this.timeout(LIFE_TIMEOUT_MS);
    const { timestamp } = await stage.chain.getBlock();
    const now = Math.max(Number(timestamp), Math.floor(Date.now() / 1000));
    const groupId = await createGroup(now + OPEN_SECONDS);
    await annConverts(groupId);
    await benBuysAndConverts(groupId);
    const paid = lots(320);
    const annsCash = DEPOSIT_MICRO + lots(600) + paid;
    const bensCash = DEPOSIT_MICRO - paid;
    async function assertOpenPositions() {
      const anns = [
        [1_000, 0],
        [1_000, 0],
        [0, 1_000],
      ];
      const bens = [
        [0, 500],
        [0, 500],
        [1_100, 0],
      ];
      await assertHolds(ann, groupId, { micro: annsCash, lots: anns });
      await assertHolds(ben, groupId, { micro: bensCash, lots: bens });
      await assertGroupInIndexAndEngine(groupId);
      await assertConserved();
    }
    await assertOpenPositions();
    await restartEngine();
    await assertOpenPositions();

    await resolveAndRedeem(groupId);
    const nothing = MEMBERS.map(() => [0, 0]);
    await assertHolds(ann, groupId, { micro: annsCash, lots: nothing });
    const won = lots(1_100 + 500 + 500);
    await assertHolds(ben, groupId, { micro: bensCash + won, lots: nothing });
    // Split for 30, of which the NO tokens that were left brought 8 back.
    const wallet = await stage.chain.readContract({
      address: exchange.deployment.collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [annsKey.address],
    });
    assert.equal(wallet, FAUCET_MICRO - DEPOSIT_MICRO - lots(3_000) + lots(800));
    for (const [index, slug] of slugs.entries()) {
      const { status, payoutYes } = await ann.client.getMarket(slug);
      assert.deepEqual([status, payoutYes], ["resolved", index === 2 ? 1000 : 0]);
    }
    await assertConserved();
  });
});
