import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Address } from "viem";
import { emission } from "../offchain-engine/chain/emitter.ts";
import { startTestChain, type TestChain } from "../offchain-engine/chain/test-chain.ts";
import {
  batchSettled,
  EXCHANGE,
  emitBlock,
  emittedDeployment,
  fillSettled,
  marketCreated,
} from "./support/emitted-exchange.ts";
import {
  type IndexerProcess,
  type IndexWorld,
  startIndexer,
  startIndexWorld,
  writeDeployment,
} from "./support/index-world.ts";
import {
  averageCost,
  candlesOf,
  cashFlow,
  entriesOf,
  type NaiveTrade,
  sum,
} from "./support/naive-ledger.ts";
import { type SeededRandom, seededRandom } from "./support/seeded-random.ts";

const SEED = Number(process.env["SEED"] ?? 20_261_121);
const ACCOUNTS = [1, 2, 3, 4, 5, 6].map((n): Address => `0x${`a${n}`.repeat(20)}`);
const MARKETS = [1, 2, 3];
const DEPOSIT_MICRO = 1_000_000_000_000n;
const BATCHES = 14;
const FILLS_PER_BATCH = 30;
/** Blocks until Ponder counts one as final, with some to spare. */
const FINAL_DEPTH = 40;
const WIDTHS = {
  "1s": 1,
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "4h": 14_400,
  "1d": 86_400,
  "1w": 604_800,
};
/** Taker's and maker's legs of the four ways to meet, from either side. */
const MEETINGS = [
  [1, 3],
  [3, 1],
  [0, 2],
  [2, 0],
  [1, 0],
  [0, 1],
  [3, 2],
  [2, 3],
] as const;

describe(`the index of random trades (seed ${SEED})`, function () {
  this.timeout(90_000);
  let world: IndexWorld;
  let chain: TestChain;
  let indexer: IndexerProcess;
  const trades: NaiveTrade[] = [];

  before(async () => {
    [world, chain] = await Promise.all([startIndexWorld(), startTestChain()]);
    const deploymentFile = writeDeployment(world, await emittedDeployment(chain));
    const random = seededRandom(SEED);
    const deposits = ACCOUNTS.map((account) =>
      emission("Deposited", { account, payer: account, amountMicro: DEPOSIT_MICRO }),
    );
    let { blockNumber, blockTime } = await emitBlock(chain, EXCHANGE, [
      ...MARKETS.map((marketId) => marketCreated(marketId)),
      ...deposits,
    ]);
    const settleBatch = async (batchId: number) => {
      const time = blockTime + random.integer(1, 4_000);
      const fills = randomTrades(random, trades, time);
      const events = [...fills.map(fillSettled), batchSettled(batchId, fills.length)];
      ({ blockNumber, blockTime } = await emitBlock(chain, EXCHANGE, events, time));
    };
    // Half of it is history when the indexer starts, beyond the depth that counts as final.
    for (let batch = 1; batch <= BATCHES / 2; batch++) await settleBatch(batch);
    for (let block = 0; block < FINAL_DEPTH; block++) await chain.rpc("evm_mine");
    blockTime += 2 * FINAL_DEPTH;
    const { databaseUrl } = world;
    indexer = await startIndexer({ databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile });
    for (let batch = BATCHES / 2 + 1; batch <= BATCHES; batch++) await settleBatch(batch);
    await world.indexed(blockNumber);
  });

  after(async () => {
    await indexer?.stop();
    await chain?.stop();
    await world?.stop();
  });

  it("has each of them", async () => {
    const [row] = await world.rows("SELECT count(*), max(fill_id) AS last FROM chain.trades");
    assert.deepEqual(row, { count: String(trades.length), last: String(trades.length) });
    assert.ok(trades.length > (BATCHES * FILLS_PER_BATCH) / 2);
  });

  it("has the positions that a naive average-cost ledger has", async () => {
    const rows = await world.rows<Record<string, string>>(
      `SELECT account, market_id, yes_lots, no_lots, yes_cost_micro, no_cost_micro, realised_pnl_micro,
         fees_micro FROM chain.positions`,
    );
    assert.ok(rows.length > ACCOUNTS.length);
    for (const row of rows) {
      const account = row["account"] as Address;
      const marketId = Number(row["market_id"]);
      const yes = averageCost(entriesOf(trades, account, marketId, 1));
      const no = averageCost(entriesOf(trades, account, marketId, 0));
      const fees = sum(
        trades
          .filter((trade) => trade.marketId === marketId && trade.taker === account)
          .map(({ feeMicro }) => feeMicro),
      );
      assert.deepEqual(row, {
        account,
        market_id: String(marketId),
        yes_lots: String(yes.lots),
        no_lots: String(no.lots),
        yes_cost_micro: String(yes.cost),
        no_cost_micro: String(no.cost),
        realised_pnl_micro: String(yes.profit + no.profit - fees),
        fees_micro: String(fees),
      });
    }
  });

  it("has the cash that adding up each account's trades gives", async () => {
    const rows = await world.rows<{ account: Address; cash_micro: string }>(
      "SELECT account, cash_micro FROM chain.balances",
    );
    assert.equal(rows.length, ACCOUNTS.length);
    for (const { account, cash_micro } of rows) {
      assert.equal(cash_micro, String(DEPOSIT_MICRO + cashFlow(trades, account)));
    }
  });

  for (const [interval, seconds] of Object.entries(WIDTHS)) {
    it(`has the ${interval} candles that grouping all trades gives`, async () => {
      for (const marketId of MARKETS) {
        const rows = await world.rows(
          `SELECT start_time, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots, volume_micro,
             trades FROM chain.candles WHERE market_id = $1 AND interval = $2 ORDER BY start_time`,
          [marketId, interval],
        );
        assert.deepEqual(rows, candlesOf(trades, marketId, seconds));
      }
    });
  }

  it("finds that what all won and lost adds up to the fees", async () => {
    const [row] = await world.rows<{ pnl: string }>(
      "SELECT sum(pnl_micro) AS pnl FROM chain.leaderboard",
    );
    assert.equal(row?.pnl, String(-sum(trades.map(({ feeMicro }) => feeMicro))));
  });

  it("finds the books in balance, and every share in its place", async () => {
    const [solvency] = await world.rows("SELECT is_solvent FROM chain.solvency");
    assert.equal(solvency?.["is_solvent"], true);
    const supplies = await world.rows("SELECT is_balanced FROM chain.share_supply");
    assert.deepEqual(
      supplies.map((row) => row["is_balanced"]),
      MARKETS.map(() => true),
    );
  });
});

/** Trades that the accounts can pay for and deliver, appended to `trades`; those that they cannot are left out. */
function randomTrades(random: SeededRandom, trades: NaiveTrade[], time: number): NaiveTrade[] {
  const added: NaiveTrade[] = [];
  for (let index = 0; index < FILLS_PER_BATCH; index++) {
    const taker = random.pick(ACCOUNTS);
    const maker = random.pick(ACCOUNTS.filter((account) => account !== taker));
    const [takerLeg, makerLeg] = random.pick(MEETINGS);
    const trade: NaiveTrade = {
      ...{ marketId: random.pick(MARKETS), taker, maker, takerLeg, makerLeg, time },
      quantityLots: random.integer(1, 5_000),
      yesPriceTicks: random.integer(1, 999),
      feeMicro: BigInt(random.integer(0, 9_999)),
    };
    if (!delivers(trades, trade, taker, takerLeg) || !delivers(trades, trade, maker, makerLeg)) {
      continue;
    }
    trades.push(trade);
    added.push(trade);
  }
  return added;
}

/** Whether the account buys, or has the shares that it sells. */
function delivers(trades: NaiveTrade[], trade: NaiveTrade, account: Address, leg: number): boolean {
  if (leg >> 1 === 0) return true;
  const { lots } = averageCost(entriesOf(trades, account, trade.marketId, leg & 1));
  return lots >= BigInt(trade.quantityLots);
}
