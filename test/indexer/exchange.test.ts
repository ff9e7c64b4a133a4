import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { privateKeyToAccount } from "viem/accounts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import type { Order } from "../../protocol/order.ts";
import { exchangeDomain, RELEASE_TYPES } from "../../protocol/order-hash.ts";
import { Outcome, Side } from "../../protocol/units.ts";
import { DEV_ACCOUNTS, type DevAccount } from "../../scripts/start/dev-accounts.ts";
import { startTestChain, type TestChain } from "../offchain-engine/chain/test-chain.ts";
import {
  type IndexerProcess,
  type IndexWorld,
  startIndexer,
  startIndexWorld,
  writeDeployment,
} from "./support/index-world.ts";
import {
  EXIT_DELAY_SECONDS,
  GRACE_SECONDS,
  type RealExchange,
  startRealExchange,
  tokensOf,
} from "./support/real-exchange.ts";
import { readSqlPage } from "./support/sql-page.ts";

const { admin, operator } = DEV_ACCOUNTS;
const [ann, bob, cal] = DEV_ACCOUNTS.free;
const PEOPLE: readonly DevAccount[] = [ann, bob, cal];
const OPEN_SECONDS = 1_000;

describe("the index of the real contracts", function () {
  this.timeout(90_000);
  let world: IndexWorld;
  let chain: TestChain;
  let exchange: RealExchange;
  let indexer: IndexerProcess;
  let nonce = 0n;

  before(async () => {
    [world, chain] = await Promise.all([startIndexWorld(), startTestChain()]);
    exchange = await startRealExchange(chain);
    const deploymentFile = writeDeployment(world, exchange.deployment);
    const { databaseUrl } = world;
    indexer = await startIndexer({ databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile });
    for (const person of PEOPLE) {
      await exchange.fund(person, 100_000_000n);
    }
    await exchange.exchange(ann, "deposit", ann.address, 60_000_000n);
    await exchange.exchange(bob, "deposit", bob.address, 60_000_000n);
    await createMarket("fee-market", 100);
    await createMarket("free-market", 0);
  });

  after(async () => {
    await indexer?.stop();
    await chain?.stop();
    await world?.stop();
  });

  async function createMarket(slug: string, takerFeeBps: number) {
    const { timestamp } = await exchange.client.getBlock();
    const closeTime = Number(timestamp) + OPEN_SECONDS;
    await exchange.exchange(admin, "createMarket", {
      slug,
      question: "Will it?",
      rules: "If it does.",
      category: "test",
      closeTime,
      resolveDeadline: closeTime + OPEN_SECONDS,
      resolver: admin.address,
      takerFeeBps,
      priceStep: 1,
      resolverData: "0x",
    });
  }

  function order(
    maker: DevAccount,
    terms: Pick<Order, "marketId" | "outcome" | "side" | "price" | "quantity">,
  ) {
    nonce++;
    return exchange.sign(maker, {
      ...terms,
      maker: maker.address,
      timeInForce: 0,
      maxFeeBps: 100,
      expiry: 0,
      nonce,
    });
  }

  const bid = (
    maker: DevAccount,
    outcome: Outcome,
    price: number,
    quantity: number,
    marketId = 1,
  ) => order(maker, { marketId, outcome, side: Side.BUY, price, quantity });
  const ask = (
    maker: DevAccount,
    outcome: Outcome,
    price: number,
    quantity: number,
    marketId = 1,
  ) => order(maker, { marketId, outcome, side: Side.SELL, price, quantity });

  /** Waits for the chain's last block, then holds every figure of the index against the contracts'. */
  async function agreesWithTheChain() {
    await world.indexed(await exchange.client.getBlockNumber({ cacheTime: 0 }));
    for (const { address } of PEOPLE) {
      const account = address.toLowerCase();
      const [balance] = await world.rows<{ cash_micro: string }>(
        "SELECT cash_micro FROM chain.balances WHERE account = $1",
        [account],
      );
      assert.equal(BigInt(balance?.cash_micro ?? 0), await exchange.read("cashOf", address));
      for (const marketId of [1, 2]) await holdsWhatTheChainSays(account, address, marketId);
    }
    const [solvency] = await world.rows("SELECT * FROM chain.solvency");
    const lots = await exchange.read<bigint>("totalOpenInterestLots");
    assert.deepEqual(
      {
        collateral_micro: solvency?.["collateral_micro"],
        cash_micro: solvency?.["cash_micro"],
        open_interest_micro: solvency?.["open_interest_micro"],
        unredeemed_micro: solvency?.["unredeemed_micro"],
        fees_micro: solvency?.["fees_micro"],
        is_solvent: solvency?.["is_solvent"],
      },
      {
        collateral_micro: String(await exchange.read("collateralMicro")),
        cash_micro: String(await exchange.read("totalCashMicro")),
        open_interest_micro: String(lots * 10_000n),
        unredeemed_micro: String(await exchange.read("unredeemedMicro")),
        fees_micro: String(await exchange.read("accruedFeesMicro")),
        is_solvent: true,
      },
    );
    const balanced = await world.rows("SELECT is_balanced FROM chain.share_supply");
    assert.deepEqual(balanced, [{ is_balanced: true }, { is_balanced: true }]);
  }

  async function holdsWhatTheChainSays(
    account: string,
    address: DevAccount["address"],
    marketId: number,
  ) {
    const [position] = await world.rows<{ yes_lots: string; no_lots: string }>(
      "SELECT yes_lots, no_lots FROM chain.positions WHERE account = $1 AND market_id = $2",
      [account, marketId],
    );
    assert.deepEqual(
      [BigInt(position?.yes_lots ?? 0), BigInt(position?.no_lots ?? 0)],
      await exchange.read("sharesOf", address, BigInt(marketId)),
    );
    for (const outcome of [Outcome.NO, Outcome.YES]) {
      const [tokens] = await world.rows<{ quantity_lots: string }>(
        `SELECT quantity_lots FROM chain.token_balances
         WHERE account = $1 AND market_id = $2 AND outcome = $3`,
        [account, marketId, outcome],
      );
      const onChain = await tokensOf(exchange, address, marketId, outcome);
      assert.equal(BigInt(tokens?.quantity_lots ?? 0), onChain);
    }
  }

  it("has a batch with a mint, and the fill of it that did not hold", async () => {
    await exchange.settle(
      [
        await bid(ann, Outcome.YES, 600, 1_000),
        await bid(bob, Outcome.NO, 400, 1_000),
        await bid(ann, Outcome.YES, 500, 10),
        await bid(cal, Outcome.NO, 500, 10),
        await bid(ann, Outcome.YES, 300, 40, 2),
        await bid(bob, Outcome.NO, 700, 40, 2),
      ],
      [
        [0, 1, 1_000, 600],
        [2, 3, 10, 500],
        [4, 5, 40, 300],
      ],
    );
    await agreesWithTheChain();
    const trades = await world.rows(
      "SELECT fill_id, batch_id, market_id, match_kind, fee_micro FROM chain.trades ORDER BY fill_id",
    );
    assert.deepEqual(
      trades.map((row) => Object.values(row)),
      [
        ["1", "1", "1", "mint", "40000"],
        ["2", "1", "2", "mint", "0"],
      ],
    );
    const skipped = await world.rows(
      "SELECT batch_id, fill_index, reason FROM chain.skipped_fills",
    );
    assert.deepEqual(skipped, [{ batch_id: "1", fill_index: 1, reason: "maker_cash_short" }]);
    const [batch] = await world.rows("SELECT settled, skipped, journal_seq FROM chain.batches");
    assert.deepEqual(batch, { settled: 2, skipped: 1, journal_seq: "100" });
  });

  it("has both transfers and a merge, with positions as computed by hand", async () => {
    await exchange.settle(
      [
        await bid(bob, Outcome.YES, 700, 300),
        await ask(ann, Outcome.YES, 700, 300),
        await bid(ann, Outcome.NO, 250, 200),
        await ask(bob, Outcome.NO, 250, 200),
        await ask(ann, Outcome.YES, 700, 100),
        await ask(bob, Outcome.NO, 300, 100),
      ],
      [
        [0, 1, 300, 700],
        [2, 3, 200, 750],
        [4, 5, 100, 700],
      ],
    );
    await agreesWithTheChain();
    const kinds = await world.rows(
      "SELECT match_kind, taker_cost_micro, maker_cost_micro, fee_micro FROM chain.trades WHERE batch_id = 2 ORDER BY fill_id",
    );
    assert.deepEqual(
      kinds.map((row) => Object.values(row)),
      [
        ["transfer_yes", "2100000", "2100000", "9000"],
        ["transfer_no", "500000", "500000", "5000"],
        ["merge", "700000", "300000", "3000"],
      ],
    );
    const positions = await world.rows(
      `SELECT account, yes_lots, yes_cost_micro, no_lots, no_cost_micro, realised_pnl_micro
       FROM chain.positions WHERE market_id = 1`,
    );
    const of = (person: DevAccount) =>
      positions.find((row) => row["account"] === person.address.toLowerCase());
    assert.deepEqual(Object.values(of(ann) ?? {}).slice(1), [
      ...["600", "3600000", "200", "500000", "352000"],
    ]);
    assert.deepEqual(Object.values(of(bob) ?? {}).slice(1), [
      ...["300", "2100000", "700", "2800000", "-409000"],
    ]);
  });

  it("has splits, exports, merges and imports of shares, and both ways to withdraw", async () => {
    await exchange.exchange(cal, "split", 1n, 500n);
    await exchange.exchange(cal, "requestExport", 1n, Outcome.YES, 200n);
    await exchange.exchange(cal, "requestExport", 1n, Outcome.NO, 200n);
    await exchange.exchange(ann, "requestWithdrawal", 1_000_000n);
    await exchange.pass(EXIT_DELAY_SECONDS + 1);
    await exchange.exchange(bob, "executeExport", cal.address, 1n, Outcome.YES);
    await exchange.exchange(bob, "executeExport", cal.address, 1n, Outcome.NO);
    await exchange.exchange(bob, "executeWithdrawal", ann.address);
    await release(bob, 2_000_000n);
    await exchange.exchange(cal, "mergeTokens", 1n, 50n);
    await exchange.send(cal, {
      address: exchange.deployment.outcomeTokens,
      abi: outcomeTokensAbi,
      functionName: "safeTransferFrom",
      args: [cal.address, bob.address, 3n, 30n, "0x"],
    });
    await exchange.exchange(bob, "importShares", 1n, Outcome.YES, 20n);
    await agreesWithTheChain();
    const rows = await world.rows(
      "SELECT kind, amount_micro, quantity_lots, outcome, release_nonce FROM chain.transfers WHERE kind <> 'deposit' ORDER BY block_number, log_index",
    );
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        ["split", "5000000", "500", null, null],
        ["export", null, "200", 1, null],
        ["export", null, "200", 0, null],
        ["withdrawal", "1000000", null, null, null],
        ["withdrawal", "2000000", null, null, "5"],
        ["merge", "500000", "50", null, null],
        ["import", null, "20", 1, null],
      ],
    );
    const requests = await world.rows("SELECT status FROM chain.export_requests");
    assert.deepEqual(requests, [{ status: "executed" }, { status: "executed" }]);
  });

  async function release(account: DevAccount, amount: bigint) {
    const { timestamp } = await exchange.client.getBlock();
    const message = {
      account: account.address,
      marketId: 0n,
      asset: 2,
      amount,
      nonce: 5n,
      deadline: Number(timestamp) + 100,
    };
    const { chainId, exchange: address } = exchange.deployment;
    const signature = await privateKeyToAccount(operator.privateKey).signTypedData({
      domain: exchangeDomain(chainId, address),
      types: RELEASE_TYPES,
      primaryType: "Release",
      message,
    });
    await exchange.exchange(account, "executeRelease", message, signature);
  }

  it("has cancels, floors, delegates, pauses and the operator", async () => {
    await exchange.exchange(ann, "addDelegate", cal.address);
    await exchange.exchange(ann, "removeDelegate", cal.address);
    await exchange.exchange(ann, "raiseCancelFloor", 1_000n);
    await exchange.exchange(ann, "requestCancel", [2_000n, 2_001n]);
    await exchange.pass(EXIT_DELAY_SECONDS + 1);
    await exchange.exchange(bob, "finalizeCancel", ann.address, [2_000n]);
    await exchange.exchange(admin, "pauseTrading");
    await agreesWithTheChain();
    const [state] = await world.rows(
      "SELECT operator, trading_paused, last_batch_id FROM chain.exchange",
    );
    assert.deepEqual(Object.values(state ?? {}), [operator.address.toLowerCase(), true, "2"]);
    await exchange.exchange(admin, "resumeTrading");
    const cancels = await world.rows(
      "SELECT nonce, finalized_block IS NULL AS pending FROM chain.cancels ORDER BY nonce",
    );
    assert.deepEqual(cancels, [
      { nonce: "2000", pending: false },
      { nonce: "2001", pending: true },
    ]);
    const [delegate] = await world.rows(
      "SELECT removed_at - block_time AS delay FROM chain.delegates",
    );
    assert.ok(Number(delegate?.["delay"]) >= EXIT_DELAY_SECONDS);
  });

  it("has a proposal, a resolution and a void market, and what was won with them", async () => {
    await exchange.pass(OPEN_SECONDS + GRACE_SECONDS);
    await agreesWithTheChain();
    const [closed] = await world.rows("SELECT status FROM chain.markets WHERE market_id = 1");
    assert.equal(closed?.["status"], "closed");
    await exchange.exchange(admin, "propose", 1n, 1_000);
    await agreesWithTheChain();
    const [proposed] = await world.rows("SELECT status FROM chain.markets WHERE market_id = 1");
    assert.equal(proposed?.["status"], "proposed");
    await exchange.exchange(admin, "resolve", 1n, 1_000);
    await exchange.pass(OPEN_SECONDS);
    await exchange.exchange(cal, "voidMarket", 2n);
    await agreesWithTheChain();
    const markets = await world.rows(
      "SELECT status, payout_yes, open_interest_lots FROM chain.markets ORDER BY market_id",
    );
    assert.deepEqual(markets, [
      { status: "resolved", payout_yes: 1_000, open_interest_lots: "0" },
      { status: "void", payout_yes: 500, open_interest_lots: "0" },
    ]);
    assert.deepEqual(await profits(), EXPECTED_PROFITS);
  });

  // By hand. Ann: 352,000 taken, 600 YES bought for 3.6 pay 6, 200 NO for 0.5 pay nothing; 40 YES of the void
  // market bought at 300 pay 500. Bob: -409,000 taken, 300 YES for 2.1 pay 3, 700 NO for 2.8 nothing; 20 YES
  // imported at the mark of 700 pay 1000; 40 NO at 700 pay 500. Cal's pairs are worth what they were.
  const EXPECTED_PROFITS = new Map([
    [ann.address.toLowerCase(), "2332000"],
    [bob.address.toLowerCase(), "-2329000"],
    [cal.address.toLowerCase(), "0"],
  ]);

  async function profits() {
    const rows = await world.rows<{ account: string; pnl_micro: string }>(
      "SELECT account, pnl_micro FROM chain.leaderboard",
    );
    const byAccount = new Map(rows.map((row) => [row.account, row.pnl_micro]));
    return new Map(
      [...EXPECTED_PROFITS.keys()].map((account) => [account, byAccount.get(account)]),
    );
  }

  it("has redemptions from escrow and from wallets, which change no profit, and collected fees", async () => {
    for (const person of PEOPLE) await exchange.exchange(ann, "redeem", person.address, 1n);
    for (const person of [ann, bob]) await exchange.exchange(ann, "redeem", person.address, 2n);
    await exchange.exchange(cal, "redeemTokens", 1n);
    await exchange.exchange(bob, "redeemTokens", 1n);
    await exchange.exchange(admin, "collectFees", admin.address);
    await agreesWithTheChain();
    assert.deepEqual(await profits(), EXPECTED_PROFITS);
    const [left] = await world.rows(
      "SELECT open_interest_micro, unredeemed_micro, fees_micro FROM chain.solvency",
    );
    assert.deepEqual(left, { open_interest_micro: "0", unredeemed_micro: "0", fees_micro: "0" });
    const [unrealised] = await world.rows(
      "SELECT sum(unrealised_pnl_micro) AS micro FROM chain.leaderboard",
    );
    assert.equal(unrealised?.["micro"], "0");
  });

  it("has every view and column that the page on SQL names, and no others", async () => {
    const { views } = readSqlPage();
    const columns = await world.rows<{ view: string; column: string }>(
      `SELECT table_name AS view, column_name || ' ' || data_type AS column
       FROM information_schema.columns WHERE table_schema = 'chain'
         AND table_name NOT LIKE '\\_ponder%' AND table_name <> 'market_rows'
       ORDER BY table_name, ordinal_position`,
    );
    const found = Map.groupBy(columns, ({ view }) => view);
    assert.deepEqual([...views.keys()].sort(), [...found.keys()].sort());
    for (const [view, promised] of views) {
      const actual = found.get(view)?.map(({ column }) => column) ?? [];
      assert.deepEqual(promised.toSorted(), actual.toSorted(), `chain.${view}`);
    }
  });

  it("answers the page's queries to its reader", async () => {
    const { queries } = readSqlPage();
    assert.ok(queries.length >= 8);
    const reader = new pg.Client({ connectionString: world.readerUrl });
    await reader.connect();
    try {
      for (const query of queries) await reader.query(query);
      const [first = ""] = queries;
      assert.equal((await reader.query(first)).rows[0]?.is_solvent, true);
    } finally {
      await reader.end();
    }
  });
});
