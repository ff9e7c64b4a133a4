import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { type Address, zeroAddress } from "viem";
import { type Emission, emission } from "../offchain-engine/chain/emitter.ts";
import { startTestChain, type TestChain } from "../offchain-engine/chain/test-chain.ts";
import {
  answerEvent,
  batchSettled,
  EXCHANGE,
  emitBlock,
  emittedDeployment,
  fillSettled,
  marketCreated,
  OPTIMISTIC_RESOLVER,
  RESOLVER,
  resolverEvent,
  TOKENS,
  tokenEvent,
} from "./support/emitted-exchange.ts";
import {
  type IndexerProcess,
  type IndexWorld,
  startIndexer,
  startIndexWorld,
  writeDeployment,
} from "./support/index-world.ts";

const ANN: Address = `0x${"0a".repeat(20)}`;
const BOB: Address = `0x${"0b".repeat(20)}`;
const CAL: Address = `0x${"0c".repeat(20)}`;
const BUY_YES = 1;
const BUY_NO = 0;
const SELL_YES = 3;
const SELL_NO = 2;

describe("the index of each event", function () {
  this.timeout(60_000);
  let world: IndexWorld;
  let chain: TestChain;
  let indexer: IndexerProcess;

  before(async () => {
    [world, chain] = await Promise.all([startIndexWorld(), startTestChain()]);
    const deploymentFile = writeDeployment(world, await emittedDeployment(chain));
    const { databaseUrl } = world;
    indexer = await startIndexer({ databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile });
  });

  after(async () => {
    await indexer?.stop();
    await chain?.stop();
    await world?.stop();
  });

  /** Emits in one block and waits until the index has it. */
  async function happen(events: Emission[], address = EXCHANGE) {
    const block = await emitBlock(chain, address, events);
    await world.indexed(block.blockNumber);
    return block;
  }

  const deposit = (account: Address, amountMicro: bigint) =>
    emission("Deposited", { account, payer: account, amountMicro });

  it("writes a market with its texts, times and parameters, open until it closes", async () => {
    const created = await happen([marketCreated(1), marketCreated(2, { closeTime: 1_000 })]);
    const [market, closed] = await world.rows("SELECT * FROM chain.markets ORDER BY market_id");
    assert.equal(closed?.["status"], "closed");
    assert.deepEqual(market, {
      market_id: "1",
      group_id: null,
      slug: "market-1",
      question: "Question 1?",
      rules: "As the test says.",
      category: "test",
      resolver: `0x${"d1".repeat(20)}`,
      close_time: "4000000000",
      resolve_deadline: "4000001000",
      taker_fee_bps: 50,
      price_step: 1,
      status: "open",
      proposed_payout_yes: null,
      payout_yes: null,
      last_yes_price_ticks: null,
      mark_yes_ticks: 500,
      open_interest_lots: "0",
      volume_micro: "0",
      volume_lots: "0",
      trades: "0",
      fees_micro: "0",
      created_at: String(created.blockTime),
      created_block: String(created.blockNumber),
      created_transaction_hash: created.transactionHash,
      resolved_at: null,
      resolved_transaction_hash: null,
    });
  });

  it("books a deposit to its account, whoever paid it", async () => {
    const { blockNumber, blockTime, transactionHash } = await happen([
      emission("Deposited", { account: ANN, payer: CAL, amountMicro: 100_000_000n }),
      deposit(BOB, 100_000_000n),
    ]);
    const [transfer] = await world.rows("SELECT * FROM chain.transfers WHERE account = $1", [ANN]);
    assert.deepEqual(transfer, {
      kind: "deposit",
      account: ANN,
      payer: CAL,
      market_id: null,
      group_id: null,
      member_set: null,
      outcome: null,
      amount_micro: "100000000",
      quantity_lots: null,
      yes_lots: null,
      no_lots: null,
      release_nonce: null,
      block_number: String(blockNumber),
      block_time: String(blockTime),
      transaction_hash: transactionHash,
      log_index: 0,
    });
    assert.deepEqual(await cashOf(ANN), ["100000000", "100000000", "0"]);
  });

  async function cashOf(account: Address) {
    const [row] = await world.rows<Record<string, string>>(
      "SELECT cash_micro, deposited_micro, withdrawn_micro FROM chain.balances WHERE account = $1",
      [account],
    );
    return Object.values(row ?? {});
  }

  it("writes fills with the id of the batch that is named after them, in order", async () => {
    const leg = { marketId: 1, taker: ANN, maker: BOB };
    const block = await happen([
      fillSettled({
        ...leg,
        ...{ quantityLots: 1000, yesPriceTicks: 400, takerLeg: BUY_YES, makerLeg: BUY_NO },
        ...{ feeMicro: 20_000n, takerNonce: 2n ** 64n - 1n, makerNonce: 7n },
      }),
      emission("FillSkipped", { batchId: 1n, fillIndex: 1, reason: 3 }),
      batchSettled(1, 1, 1),
      fillSettled({
        ...leg,
        ...{ quantityLots: 300, yesPriceTicks: 650, takerLeg: SELL_YES, makerLeg: BUY_YES },
      }),
      batchSettled(2, 1),
    ]);
    const trades = await world.rows("SELECT * FROM chain.trades ORDER BY fill_id");
    assert.deepEqual(trades[0], {
      fill_id: "1",
      batch_id: "1",
      market_id: "1",
      slug: "market-1",
      taker: ANN,
      maker: BOB,
      match_kind: "mint",
      taker_outcome: 1,
      taker_side: 0,
      maker_outcome: 0,
      maker_side: 0,
      yes_price_ticks: 400,
      quantity_lots: "1000",
      taker_cost_micro: "4000000",
      maker_cost_micro: "6000000",
      notional_micro: "10000000",
      fee_micro: "20000",
      taker_nonce: "18446744073709551615",
      maker_nonce: "7",
      block_number: String(block.blockNumber),
      block_time: String(block.blockTime),
      transaction_hash: block.transactionHash,
      log_index: 0,
    });
    assert.deepEqual(
      trades.map((row) => [row["fill_id"], row["batch_id"], row["match_kind"]]),
      [
        ["1", "1", "mint"],
        ["2", "2", "transfer_yes"],
      ],
    );
    const batches = await world.rows(
      "SELECT batch_id, journal_seq, settled, skipped FROM chain.batches ORDER BY batch_id",
    );
    assert.deepEqual(batches, [
      { batch_id: "1", journal_seq: "10", settled: 1, skipped: 1 },
      { batch_id: "2", journal_seq: "20", settled: 1, skipped: 0 },
    ]);
    const [skipped] = await world.rows("SELECT * FROM chain.skipped_fills");
    assert.deepEqual(
      [skipped?.["batch_id"], skipped?.["fill_index"], skipped?.["reason_code"]],
      ["1", 1, 3],
    );
  });

  it("keeps positions at average cost and cash net of the fee", async () => {
    const columns =
      "yes_lots, no_lots, yes_cost_micro, no_cost_micro, realised_pnl_micro, bought_micro, sold_micro, fees_micro, volume_micro, trades";
    const [ann, bob] = await world.rows(
      `SELECT ${columns} FROM chain.positions WHERE market_id = 1 ORDER BY account`,
    );
    // 1000 lots at 0.400; 300 of them sold at 0.650: (650 - 400) * 300 * 10, less the fee.
    assert.deepEqual(ann, {
      yes_lots: "700",
      no_lots: "0",
      yes_cost_micro: "2800000",
      no_cost_micro: "0",
      realised_pnl_micro: "730000",
      bought_micro: "4000000",
      sold_micro: "1950000",
      fees_micro: "20000",
      volume_micro: "5950000",
      trades: "2",
    });
    assert.deepEqual(bob, {
      yes_lots: "300",
      no_lots: "1000",
      yes_cost_micro: "1950000",
      no_cost_micro: "6000000",
      realised_pnl_micro: "0",
      bought_micro: "7950000",
      sold_micro: "0",
      fees_micro: "0",
      volume_micro: "7950000",
      trades: "2",
    });
    assert.equal((await cashOf(ANN))[0], String(100_000_000 - 4_000_000 - 20_000 + 1_950_000));
    assert.equal((await cashOf(BOB))[0], String(100_000_000 - 6_000_000 - 1_950_000));
  });

  it("ranks by realised and unrealised profit", async () => {
    const rows = await world.rows("SELECT * FROM chain.leaderboard ORDER BY pnl_micro DESC");
    // At the mark of 650: Ann's 700 lots gained 250 ticks each; Bob's 1000 NO lots lost 250 each.
    assert.deepEqual(rows, [
      {
        account: ANN,
        pnl_micro: String(730_000 + 1_750_000),
        realised_pnl_micro: "730000",
        unrealised_pnl_micro: "1750000",
        bought_micro: "4000000",
        volume_micro: "5950000",
        fees_micro: "20000",
        roi_bps: "6200",
        trades: "2",
        markets: "1",
      },
      {
        account: BOB,
        pnl_micro: "-2500000",
        realised_pnl_micro: "0",
        unrealised_pnl_micro: "-2500000",
        bought_micro: "7950000",
        volume_micro: "7950000",
        fees_micro: "0",
        roi_bps: "-3144",
        trades: "2",
        markets: "1",
      },
    ]);
  });

  it("draws a candle of every width", async () => {
    const candles = await world.rows(
      `SELECT interval, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots, volume_micro, trades
       FROM chain.candles WHERE market_id = 1 AND interval = '1h'`,
    );
    assert.deepEqual(candles, [
      {
        interval: "1h",
        open_ticks: 400,
        high_ticks: 650,
        low_ticks: 400,
        close_ticks: 650,
        volume_lots: "1300",
        volume_micro: "5950000",
        trades: "2",
      },
    ]);
    const widths = await world.rows(
      "SELECT DISTINCT interval FROM chain.candles ORDER BY interval",
    );
    assert.deepEqual(
      widths.map((row) => row["interval"]),
      ["15m", "1d", "1h", "1m", "1s", "1w", "4h", "5m"],
    );
  });

  it("ends a pair when a merge is matched", async () => {
    const before = await openInterest();
    await happen([
      fillSettled({
        ...{ marketId: 1, taker: ANN, maker: BOB, quantityLots: 100, yesPriceTicks: 650 },
        ...{ takerLeg: SELL_YES, makerLeg: SELL_NO },
      }),
      batchSettled(3, 1),
    ]);
    assert.equal(await openInterest(), before - 100n);
  });

  async function openInterest() {
    const [row] = await world.rows<{ open_interest_lots: string }>(
      "SELECT open_interest_lots FROM chain.markets WHERE market_id = 1",
    );
    return BigInt(row?.open_interest_lots ?? -1);
  }

  it("closes a withdrawal request as replaced, cancelled or executed", async () => {
    const request = (amountMicro: bigint) =>
      emission("WithdrawalRequested", { account: BOB, amountMicro, executableAt: 4_000_000_000 });
    await happen([request(10n), request(20n)]);
    await happen([emission("WithdrawalCancelled", { account: BOB }), request(30n), request(40n)]);
    await happen([
      emission("Withdrawn", { account: BOB, amountMicro: 40n, releaseNonce: 0n }),
      request(50n),
      emission("Withdrawn", { account: BOB, amountMicro: 60n, releaseNonce: 9n }),
    ]);
    const requests = await world.rows(
      "SELECT amount_micro, status FROM chain.withdrawal_requests ORDER BY block_number, log_index",
    );
    assert.deepEqual(
      requests.map((row) => Object.values(row)),
      [
        ["10", "replaced"],
        ["20", "cancelled"],
        ["30", "replaced"],
        ["40", "executed"],
        ["50", "pending"],
      ],
    );
    const transfers = await world.rows(
      "SELECT amount_micro, release_nonce FROM chain.transfers WHERE kind = 'withdrawal' ORDER BY log_index",
    );
    assert.deepEqual(
      transfers.map((row) => Object.values(row)),
      [
        ["40", null],
        ["60", "9"],
      ],
    );
    assert.equal((await cashOf(BOB))[2], "100");
  });

  it("moves exported and imported shares at the mark, so that moving them wins nothing", async () => {
    const share = { account: ANN, marketId: 1n, outcome: 1 };
    const profit = async () =>
      (await world.rows("SELECT pnl_micro FROM chain.leaderboard WHERE account = $1", [ANN]))[0]?.[
        "pnl_micro"
      ];
    const before = await profit();
    await happen([
      emission("ExportRequested", { ...share, quantityLots: 100n, executableAt: 4_000_000_000 }),
      emission("ExportRequested", { ...share, quantityLots: 200n, executableAt: 4_000_000_000 }),
    ]);
    await happen([emission("SharesExported", { ...share, quantityLots: 200n, releaseNonce: 0n })]);
    await happen(
      [
        tokenEvent("TransferSingle", {
          ...{ operator: EXCHANGE, from: zeroAddress, to: ANN, id: 3n, value: 200n },
        }),
      ],
      TOKENS,
    );
    const requests = await world.rows(
      "SELECT quantity_lots, status FROM chain.export_requests ORDER BY block_number, log_index",
    );
    assert.deepEqual(
      requests.map((row) => Object.values(row)),
      [
        ["100", "replaced"],
        ["200", "executed"],
      ],
    );
    assert.equal(await profit(), before);
    assert.equal(await isBalanced(1), true);
    await happen(
      [
        tokenEvent("TransferBatch", {
          ...{ operator: EXCHANGE, from: ANN, to: zeroAddress, ids: [3n, 3n], values: [50n, 100n] },
        }),
      ],
      TOKENS,
    );
    await happen([emission("SharesImported", { ...share, quantityLots: 150n })]);
    assert.equal(await profit(), before);
    assert.equal(await isBalanced(1), true);
    const [tokens] = await world.rows("SELECT * FROM chain.token_balances");
    assert.deepEqual(
      [tokens?.["account"], tokens?.["market_id"], tokens?.["outcome"], tokens?.["quantity_lots"]],
      [ANN, "1", 1, "50"],
    );
  });

  async function isBalanced(marketId: number) {
    const [row] = await world.rows(
      "SELECT is_balanced FROM chain.share_supply WHERE market_id = $1",
      [marketId],
    );
    return row?.["is_balanced"];
  }

  it("cancels an export", async () => {
    const share = { account: BOB, marketId: 1n, outcome: 0 };
    await happen([
      emission("ExportRequested", { ...share, quantityLots: 5n, executableAt: 4_000_000_000 }),
      emission("ExportCancelled", share),
    ]);
    const [request] = await world.rows(
      "SELECT status FROM chain.export_requests WHERE account = $1",
      [BOB],
    );
    assert.equal(request?.["status"], "cancelled");
  });

  it("splits at the mark and merges tokens without touching a position", async () => {
    const pair = { account: CAL, marketId: 1n, quantityLots: 10n };
    await happen([emission("SharesSplit", pair)]);
    const [position] = await world.rows(
      "SELECT yes_lots, no_lots, yes_cost_micro, no_cost_micro FROM chain.positions WHERE account = $1",
      [CAL],
    );
    assert.deepEqual(Object.values(position ?? {}), ["10", "10", "65000", "35000"]);
    const before = await openInterest();
    const [solvencyBefore] = await world.rows("SELECT * FROM chain.solvency");
    await happen([emission("TokensMerged", { ...pair, quantityLots: 4n })]);
    assert.equal(await openInterest(), before - 4n);
    const [solvency] = await world.rows("SELECT * FROM chain.solvency");
    assert.equal(
      BigInt(String(solvencyBefore?.["collateral_micro"])) -
        BigInt(String(solvency?.["collateral_micro"])),
      40_000n,
    );
  });

  it("keeps a group with its members, and what conversions make of them, both ways", async () => {
    const LOTS = 10n;
    const members = [10, 11, 12] as const;
    const created = await happen([
      emission("GroupCreated", { groupId: 10n, memberCount: 3, slug: "race", title: "Who wins?" }),
      ...members.map((marketId) => marketCreated(marketId, { groupId: 10 })),
    ]);
    const splits = members.map((id) =>
      emission("SharesSplit", { account: CAL, marketId: BigInt(id), quantityLots: LOTS }),
    );
    const exported = (marketId: number, outcome: number) =>
      emission("SharesExported", {
        ...{ account: CAL, marketId: BigInt(marketId), outcome, quantityLots: LOTS },
        releaseNonce: BigInt(900 + marketId * 2 + outcome),
      });
    await happen([...splits, exported(10, 0), exported(11, 0), exported(12, 1)]);
    const tokens = (from: Address, to: Address, ids: bigint[]) =>
      tokenEvent("TransferBatch", {
        ...{ operator: EXCHANGE, from, to, ids, values: ids.map(() => LOTS) },
      });
    await happen([tokens(zeroAddress, CAL, [20n, 22n, 25n])], TOKENS);

    // NO of the first two become the third's YES and one collateral a share.
    const group = { account: CAL, groupId: 10n, memberCount: 3, quantityLots: LOTS };
    await happen([emission("NoConverted", { ...group, memberSet: 0b011n, cashMicro: 100_000n })]);
    await happen([tokens(CAL, zeroAddress, [20n, 22n])], TOKENS);
    assert.deepEqual(await groupState(), ["10", "1 10/0/0", "1 10/0/0", "1 20/10/10"]);
    // The third's YES, with two collateral a share, become the NO of the first and the second.
    await happen([emission("YesConverted", { ...group, memberSet: 0b011n, cashMicro: 100_000n })]);
    await happen([tokens(CAL, zeroAddress, [25n])], TOKENS);
    assert.deepEqual(await groupState(), ["0", "1 10/10/10", "1 10/10/10", "1 10/10/10"]);

    const [row] = await world.rows("SELECT * FROM chain.market_groups");
    assert.deepEqual(row, {
      group_id: "10",
      member_count: 3,
      slug: "race",
      title: "Who wins?",
      excess_yes_lots: "0",
      block_number: String(created.blockNumber),
      block_time: String(created.blockTime),
      transaction_hash: created.transactionHash,
      log_index: 0,
    });
    const conversions = await world.rows(
      "SELECT kind, group_id, member_set, amount_micro, quantity_lots FROM chain.transfers WHERE kind LIKE '%conversion' ORDER BY block_number",
    );
    assert.deepEqual(
      conversions.map((conversion) => Object.values(conversion)),
      ["no_conversion", "yes_conversion"].map((kind) => [kind, "10", "3", "100000", "10"]),
    );
  });

  /** The group's excess, and of each member: balanced, YES / NO outstanding, open interest. */
  async function groupState() {
    const solvency = await world.rows("SELECT is_solvent FROM chain.solvency");
    assert.deepEqual(solvency, [{ is_solvent: true }]);
    const [group] = await world.rows("SELECT excess_yes_lots FROM chain.market_groups");
    const rows = await world.rows(
      `SELECT is_balanced, yes_outstanding_lots AS yes, no_outstanding_lots AS no, open_interest_lots AS open
       FROM chain.share_supply JOIN chain.markets USING (market_id)
       WHERE group_id = 10 ORDER BY market_id`,
    );
    return [
      group?.["excess_yes_lots"],
      ...rows.map(
        (row) => `${Number(row["is_balanced"])} ${row["yes"]}/${row["no"]}/${row["open"]}`,
      ),
    ];
  }

  it("says that the books balance, and says so no more when an event is missing", async () => {
    const [fair] = await world.rows("SELECT is_solvent, difference_micro FROM chain.solvency");
    assert.deepEqual(fair, { is_solvent: true, difference_micro: "0" });
    await happen([emission("FeesCollected", { to: CAL, amountMicro: 5_000n })]);
    const [collected] = await world.rows("SELECT fees_micro, is_solvent FROM chain.solvency");
    assert.deepEqual(collected, { fees_micro: "15000", is_solvent: true });
    // Cash out of nothing, as an index would show it that missed where the cash came from.
    await happen([
      emission("Redeemed", {
        ...{ account: CAL, marketId: 1n, yesLots: 0n, noLots: 0n, payoutMicro: 77n },
      }),
    ]);
    const [broken] = await world.rows("SELECT is_solvent, difference_micro FROM chain.solvency");
    assert.deepEqual(broken, { is_solvent: false, difference_micro: "-77" });
  });

  it("follows a market from its proposal to its payout, and redemptions after it", async () => {
    await happen([emission("MarketProposed", { marketId: 1n, payoutYes: 1000 })]);
    const [proposed] = await world.rows(
      "SELECT status, proposed_payout_yes, payout_yes FROM chain.markets WHERE market_id = 1",
    );
    assert.deepEqual(Object.values(proposed ?? {}), ["proposed", 1000, null]);
    const resolution = await happen([
      emission("MarketResolved", { marketId: 1n, payoutYes: 1000, isVoid: false }),
      emission("MarketResolved", { marketId: 2n, payoutYes: 500, isVoid: true }),
    ]);
    const markets = await world.rows(
      "SELECT status, payout_yes, mark_yes_ticks, resolved_transaction_hash FROM chain.markets WHERE group_id IS NULL ORDER BY market_id",
    );
    assert.deepEqual(
      markets.map((row) => Object.values(row)),
      [
        ["resolved", 1000, 1000, resolution.transactionHash],
        ["void", 500, 500, resolution.transactionHash],
      ],
    );
    const [owed] = await world.rows(
      "SELECT open_interest_micro, unredeemed_micro FROM chain.solvency",
    );
    // 1000 pairs minted less 100 merged by trade, 10 split less 4 merged as tokens: at 1 collateral each.
    // What the group of the markets 10 … 12 still is worth.
    assert.deepEqual(owed, { open_interest_micro: "300000", unredeemed_micro: "9060000" });
    const pnlBefore = await world.rows(
      "SELECT account, pnl_micro FROM chain.leaderboard ORDER BY account",
    );
    await happen([
      emission("Redeemed", {
        ...{ account: BOB, marketId: 1n, yesLots: 300n, noLots: 900n, payoutMicro: 3_000_000n },
      }),
      emission("TokensRedeemed", {
        ...{ account: ANN, marketId: 1n, yesLots: 50n, noLots: 0n, payoutMicro: 500_000n },
      }),
    ]);
    const [bob] = await world.rows(
      "SELECT yes_lots, no_lots, yes_cost_micro, no_cost_micro FROM chain.positions WHERE account = $1",
      [BOB],
    );
    assert.deepEqual(Object.values(bob ?? {}), ["0", "0", "0", "0"]);
    const pnlAfter = await world.rows(
      "SELECT account, pnl_micro FROM chain.leaderboard ORDER BY account",
    );
    assert.deepEqual(pnlAfter, pnlBefore);
    const kinds = await world.rows(
      "SELECT kind, amount_micro, yes_lots, no_lots FROM chain.transfers WHERE kind LIKE '%redemption' AND amount_micro > 77 ORDER BY log_index",
    );
    assert.deepEqual(
      kinds.map((row) => Object.values(row)),
      [
        ["redemption", "3000000", "300", "900"],
        ["token_redemption", "500000", "50", "0"],
      ],
    );
  });

  it("keeps cancels, floors and delegates", async () => {
    const account = ANN;
    await happen([
      emission("CancelFloorRaised", { account, floor: 2n ** 63n, effectiveAt: 4_000_000_000 }),
      emission("CancelRequested", { account, nonce: 5n, effectiveAt: 4_000_000_000 }),
      emission("CancelRequested", { account, nonce: 6n, effectiveAt: 4_000_000_000 }),
      emission("DelegateAdded", { account, delegate: BOB }),
      emission("DelegateAdded", { account, delegate: CAL }),
    ]);
    const later = await happen([
      emission("CancelFinalized", { account, nonce: 5n }),
      emission("DelegateRemoved", { account, delegate: BOB, effectiveAt: 4_000_000_001 }),
    ]);
    const [floor] = await world.rows("SELECT floor, effective_at FROM chain.cancel_floors");
    assert.deepEqual(floor, { floor: String(2n ** 63n), effective_at: "4000000000" });
    const cancels = await world.rows(
      "SELECT nonce, finalized_block FROM chain.cancels ORDER BY nonce",
    );
    assert.deepEqual(cancels, [
      { nonce: "5", finalized_block: String(later.blockNumber) },
      { nonce: "6", finalized_block: null },
    ]);
    const delegates = await world.rows(
      "SELECT delegate, removed_at FROM chain.delegates ORDER BY delegate",
    );
    assert.deepEqual(delegates, [
      { delegate: BOB, removed_at: "4000000001" },
      { delegate: CAL, removed_at: null },
    ]);
  });

  it("keeps the exchange's roles and pauses, and token approvals", async () => {
    await happen([
      emission("OperatorSet", { operator: CAL }),
      emission("TradingPaused", { by: BOB }),
      emission("TradingResumed", { by: BOB }),
      emission("TradingPaused", { by: ANN }),
    ]);
    await happen(
      [tokenEvent("ApprovalForAll", { account: ANN, operator: BOB, approved: true })],
      TOKENS,
    );
    const [state] = await world.rows(
      "SELECT operator, trading_paused, last_batch_id, journal_seq, fills_settled, fills_skipped FROM chain.exchange",
    );
    assert.deepEqual(Object.values(state ?? {}), [CAL, true, "3", "30", "3", "1"]);
    const events = await world.rows(
      "SELECT kind, account FROM chain.exchange_events ORDER BY block_number, log_index",
    );
    assert.deepEqual(
      events.map((row) => row["kind"]),
      ["fees_collected", "operator_set", "trading_paused", "trading_resumed", "trading_paused"],
    );
    const [approval] = await world.rows(
      "SELECT account, operator, approved FROM chain.token_approvals",
    );
    assert.deepEqual(approval, { account: ANN, operator: BOB, approved: true });
  });

  it("keeps what decides a market by price, and the round that did", async () => {
    const feed = CAL;
    await happen(
      [
        resolverEvent("ConditionSet", {
          marketId: 1n,
          feed,
          kind: 1,
          bandBps: 0,
          price: 3n * 10n ** 11n,
        }),
        resolverEvent("ConditionSet", {
          marketId: 2n,
          feed,
          kind: 2,
          bandBps: 10,
          price: 10n ** 30n,
        }),
        resolverEvent("ConditionSet", { marketId: 3n, feed, kind: 3, bandBps: 0, price: 5n }),
        resolverEvent("ResolvedByRound", {
          ...{ marketId: 1n, roundId: 2n ** 64n + 7n, answer: 310_000_000_000n, payoutYes: 1000 },
        }),
      ],
      RESOLVER,
    );
    const rows = await world.rows(
      "SELECT kind, band_bps, price, round_id, answer, payout_yes FROM chain.price_conditions ORDER BY market_id",
    );
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        ["at_or_above", 0, "300000000000", "18446744073709551623", "310000000000", 1000],
        ["within", 10, String(10n ** 30n), null, null, null],
        ["below", 0, "5", null, null, null],
      ],
    );
  });

  it("keeps each answer with its terms, evidence and end", async () => {
    const evidence = (digit: number) => `0x${String(digit).repeat(64)}`;
    const terms = { arbiter: CAL, bondMicro: 7n, challengeWindow: 3600, rulesHash: evidence(0) };
    const proposed = { proposer: ANN, challengeEndsAt: 99, evidenceHash: evidence(1) };
    const challenged = { challenger: BOB, evidenceHash: evidence(2) };
    const ids = [1n, 2n, 3n, 4n];
    await happen(
      [
        ...ids.map((marketId) => answerEvent("TermsSet", { marketId, ...terms })),
        ...[2n, 3n, 4n].map((marketId) =>
          answerEvent("AnswerProposed", { marketId, payoutsYes: [0, 1000], ...proposed }),
        ),
        answerEvent("AnswerChallenged", { marketId: 3n, ...challenged }),
        answerEvent("AnswerChallenged", { marketId: 4n, ...challenged }),
        answerEvent("AnswerFinalized", { marketId: 2n, payoutsYes: [0, 1000] }),
        answerEvent("AnswerArbitrated", {
          ...{ marketId: 3n, winner: BOB, payoutsYes: [1000, 0], evidenceHash: evidence(3) },
        }),
        answerEvent("BondsReleased", { marketId: 4n }),
      ],
      OPTIMISTIC_RESOLVER,
    );
    const rows = await world.rows(
      `SELECT phase, bond_micro, proposer, proposed_payouts_yes, challenge_ends_at, challenger,
         winner, payouts_yes, ruling_evidence_hash, closed_at IS NULL AS is_open
       FROM chain.resolutions ORDER BY market_id`,
    );
    const said = [ANN, [0, 1000], "99"];
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        ["open", "7", null, null, null, null, null, null, null, true],
        ["finalized", "7", ...said, null, null, [0, 1000], null, false],
        ["arbitrated", "7", ...said, BOB, BOB, [1000, 0], evidence(3), false],
        ["released", "7", ...said, BOB, null, null, null, false],
      ],
    );
  });

  it("serves the same tables over GraphQL on its own port", async () => {
    const response = await fetch(`http://127.0.0.1:${indexer.port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ marketss { items { slug status } } }" }),
    });
    const reply = (await response.json()) as { data: { marketss: { items: { slug: string }[] } } };
    const market = reply.data.marketss.items.find(({ slug }) => slug === "market-2");
    assert.deepEqual(market, { slug: "market-2", status: "void" });
  });
});
