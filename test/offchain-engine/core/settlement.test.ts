import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { CoreAssertionError } from "../../../offchain-engine/core/assert.ts";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { ForeignBatchError } from "../../../offchain-engine/edge/foreign-batch-error.ts";
import {
  ALICE,
  BATCH_TRANSACTION,
  BOB,
  batchSettled,
  CAROL,
  type Driver,
  hash,
  startedDriver,
} from "./driver.ts";
import { describeEngines, type EngineUnderTest } from "./engine-under-test.ts";

/** Bob buys from Alice, 10 YES at 500 a fill. */
function trade(exchange: Driver<EngineUnderTest>, fills: number): void {
  for (let i = 0; i < fills; i++) {
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
  }
}

function submitted(
  batchId: number,
  firstFillSeq: number,
  lastFillSeq: number,
  transactionHash = BATCH_TRANSACTION,
) {
  const range = { firstFillSeq, lastFillSeq, transactionHash };
  return { kind: "batch_submitted", batchId, ...range, journalHash: hash(batchId) } as const;
}

function statusOf(exchange: Driver<EngineUnderTest>, fillSeq: number): string | undefined {
  const seller = hash(2 * fillSeq - 1);
  return exchange.fills(seller)[0]?.status;
}

describeEngines("settlement", (createEngine) => {
  it("moves fills from matched to submitted to settled, with the transaction", () => {
    const exchange = startedDriver(createEngine());
    trade(exchange, 3);
    exchange.send(submitted(1, 1, 2, hash(0x11)));
    assert.deepEqual(
      [1, 2, 3].map((seq) => statusOf(exchange, seq)),
      ["submitted", "submitted", "matched"],
    );
    exchange.send(submitted(1, 1, 2, hash(0x12)));
    assert.equal(exchange.fills(hash(1))[0]?.transactionHash, hash(0x12));
    exchange.block(batchSettled(1, 2));
    assert.equal(statusOf(exchange, 1), "settled");
    assert.equal(exchange.fills(hash(1))[0]?.transactionHash, BATCH_TRANSACTION);
    assert.equal(exchange.engine.account(ALICE).balance.pendingMicro, "50000");
  });

  it("ignores a late report of a batch that has settled", () => {
    const exchange = startedDriver(createEngine());
    trade(exchange, 1);
    exchange.send(submitted(1, 1, 1));
    exchange.block(batchSettled(1, 1));
    exchange.send(submitted(1, 1, 1));
    assert.equal(statusOf(exchange, 1), "settled");
  });

  it("takes an empty batch for its number alone", () => {
    const exchange = startedDriver(createEngine());
    trade(exchange, 1);
    exchange.block(batchSettled(1, 0));
    exchange.send(submitted(2, 1, 1));
    exchange.block(batchSettled(2, 1));
    assert.equal(exchange.fills(hash(1))[0]?.status, "settled");
  });

  it("applies a block once", () => {
    const exchange = startedDriver(createEngine());
    const events = [{ type: "deposited", account: ALICE, amountMicro: "1" }] as const;
    const block = { kind: "block", number: 50, hash: hash(50), timestamp: 1 } as const;
    exchange.send({ ...block, events: [...events] });
    exchange.send({ ...block, events: [...events] });
    exchange.send({ ...block, number: 49, events: [...events] });
    assert.deepEqual(exchange.cash(ALICE), [100_000_001, 0, 0]);
  });

  it("reverses a skipped fill and cancels its orders, which keep what they counted", () => {
    const exchange = startedDriver(createEngine());
    const sale = exchange.place(ALICE, "SELL YES 100 @ 500").order.hash;
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.place(CAROL, "BUY YES 20 @ 500");
    exchange.settle(1, 1, 2, [{ fillIndex: 0, reason: 3 }]);
    assert.deepEqual(exchange.cash(BOB), [100_000_000, 0, 0]);
    assert.deepEqual(exchange.shares(BOB, "YES"), [1000, 0, 0]);
    assert.deepEqual(exchange.cash(ALICE), [100_100_000, 0, 0]);
    assert.deepEqual(exchange.shares(ALICE, "YES"), [980, 0, 0]);
    const { cancelReason, filledLots } = exchange.order(sale);
    assert.deepEqual([cancelReason, filledLots], ["settlement_skipped", 30]);
    assert.deepEqual(
      exchange.fills(sale).map(({ status }) => status),
      ["skipped", "settled"],
    );
  });

  it("takes a skipped fill's shares back from the orders that sell them on", () => {
    const exchange = startedDriver(createEngine());
    trade(exchange, 1);
    const resale = exchange.place(BOB, "SELL YES 1010 @ 900").order.hash;
    exchange.settle(1, 1, 1, [{ fillIndex: 0, reason: 3 }]);
    assert.equal(exchange.order(resale).cancelReason, "withdrawal");
    assert.deepEqual(exchange.shares(BOB, "YES"), [1000, 0, 0]);
  });

  it("counts a simulated batch as settled, and says so", () => {
    const exchange = startedDriver(createEngine());
    trade(exchange, 2);
    exchange.send({ ...submitted(1, 1, 2), kind: "batch_simulated", skipped: [] });
    assert.equal(statusOf(exchange, 2), "simulated");
    assert.equal(exchange.engine.account(ALICE).balance.pendingMicro, "0");
  });

  it("refuses new orders while too many fills are unsettled; cancels work", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledFills: 2 }));
    const { order } = exchange.place(CAROL, "BUY YES 1 @ 100");
    trade(exchange, 2);
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 100");
    assert.equal(exchange.cancel(CAROL, order.hash)?.ok, true);
    exchange.settle(1, 1, 1);
    exchange.place(BOB, "BUY YES 1 @ 100");
  });

  it("refuses new orders while the oldest unsettled fill is too old", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledAgeMs: 60_000 }));
    trade(exchange, 1);
    exchange.wait(60);
    exchange.place(BOB, "BUY YES 1 @ 100");
    exchange.wait(1);
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 100");
    exchange.settle(1, 1, 1);
    exchange.place(BOB, "BUY YES 1 @ 100");
  });

  it("refuses new orders while unsettled fills move too much cash", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledMicro: 50_000 }));
    trade(exchange, 1);
    trade(exchange, 1);
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 100");
    exchange.settle(1, 1, 1);
    exchange.place(BOB, "BUY YES 1 @ 100");
  });
});

describe("settlement of the core", () => {
  const create = () => startedDriver(createCore({ chainId: 1, expiryLeadMs: 0 }));

  it("stops on a batch of another engine: that was never sent, with too many fills, or none", () => {
    const unsent = create();
    trade(unsent, 1);
    assert.throws(() => unsent.block(batchSettled(1, 1)), ForeignBatchError);
    const unlike = create();
    trade(unlike, 2);
    unlike.send(submitted(1, 1, 1));
    assert.throws(() => unlike.block(batchSettled(1, 2)), ForeignBatchError);
    const empty = create();
    trade(empty, 1);
    empty.send(submitted(1, 1, 1));
    assert.throws(() => empty.block(batchSettled(1, 0)), ForeignBatchError);
  });

  it("stops on a batch with as many fills that anchors another journal", () => {
    const exchange = create();
    trade(exchange, 1);
    exchange.send(submitted(1, 1, 1));
    const foreign = { ...batchSettled(1, 1), journalHash: hash(0xf0) };
    assert.throws(() => exchange.block(foreign), ForeignBatchError);
  });

  it("stops on a batch that was simulated and then settled by another engine", () => {
    const exchange = create();
    trade(exchange, 1);
    exchange.send({ ...submitted(1, 1, 1), kind: "batch_simulated", skipped: [] });
    assert.throws(() => exchange.block(batchSettled(1, 1)), ForeignBatchError);
  });

  it("stops on a batch that leaves fills out", () => {
    const exchange = create();
    trade(exchange, 2);
    assert.throws(() => exchange.send(submitted(1, 2, 2)), CoreAssertionError);
  });

  it("stops on a batch that settles out of order", () => {
    const exchange = create();
    trade(exchange, 2);
    exchange.send(submitted(1, 1, 1));
    exchange.send(submitted(2, 2, 2));
    assert.throws(() => exchange.block(batchSettled(2, 1)), ForeignBatchError);
  });

  it("hands out unsettled fills with both signed orders, in order", () => {
    const bench = create();
    trade(bench, 3);
    const seqs = (after: number, max: number) =>
      bench.engine.unsettledFills(after, max).map(({ fillSeq }) => fillSeq);
    assert.deepEqual(seqs(0, 10), [1, 2, 3]);
    assert.deepEqual(seqs(1, 1), [2]);
    bench.settle(1, 1, 1);
    assert.deepEqual(seqs(0, 10), [2, 3]);
    const [fill] = bench.engine.unsettledFills(0, 1);
    assert.equal(fill?.taker.order.maker, BOB);
    assert.equal(fill?.taker.order.nonce, 4n);
    assert.equal(fill?.makerHash, hash(3));
  });

  it("keeps beside the mirror what only simulation moved", () => {
    const exchange = create();
    trade(exchange, 1);
    exchange.send({ ...submitted(1, 1, 1), kind: "batch_simulated", skipped: [] });
    const bob = exchange.engine.settledAccount(BOB);
    assert.deepEqual([bob?.cashMicro, bob?.simulatedCashMicro], [99_950_000, -50_000]);
    assert.deepEqual(bob?.holdings, [
      { marketId: 1, yesLots: 1010, noLots: 1000, simulatedYesLots: 10, simulatedNoLots: 0 },
    ]);
    assert.equal(exchange.engine.settledLaneLots(BOB, "2"), 10);
  });

  it("counts what settled on each nonce, over fills and amendments", () => {
    const exchange = create();
    const first = exchange.place(ALICE, "SELL YES 50 @ 500", { nonce: "7" }).order.hash;
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.place(ALICE, "SELL YES 60 @ 500", { nonce: "7", replaces: first });
    exchange.place(BOB, "BUY YES 10 @ 500");
    assert.equal(exchange.engine.settledLaneLots(ALICE, "7"), 0);
    exchange.settle(1, 1, 3, [{ fillIndex: 1, reason: 1 }]);
    assert.equal(exchange.engine.settledLaneLots(ALICE, "7"), 20);
    assert.equal(exchange.engine.settledLaneLots(CAROL, "7"), 0);
  });

  it("reports where settlement stands", () => {
    const exchange = create();
    trade(exchange, 2);
    const { unsettledFills, oldestUnsettledMs, lastBatchId } = exchange.engine.status;
    assert.deepEqual([unsettledFills, oldestUnsettledMs, lastBatchId], [2, exchange.timeMs, 0]);
    exchange.settle(1, 1, 2);
    assert.equal(exchange.engine.status.oldestUnsettledMs, null);
    assert.equal(exchange.engine.status.lastBatchId, 1);
  });
});
