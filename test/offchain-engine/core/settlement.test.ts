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
  DAVE,
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

  it("refuses to take while too many fills are unsettled; resting and cancels work", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledFills: 2 }));
    const { order } = exchange.place(CAROL, "BUY YES 1 @ 100");
    trade(exchange, 1);
    exchange.place(ALICE, "SELL YES 20 @ 500");
    exchange.place(CAROL, "BUY YES 10 @ 500");
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 500");
    exchange.place(BOB, "BUY YES 1 @ 100");
    assert.equal(exchange.cancel(CAROL, order.hash)?.ok, true);
    exchange.settle(1, 1, 1);
    exchange.place(DAVE, "BUY YES 1 @ 500");
  });

  it("refuses to take while the oldest unsettled fill is too old; resting works", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledAgeMs: 60_000 }));
    trade(exchange, 1);
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.wait(60);
    exchange.place(BOB, "BUY YES 1 @ 500");
    exchange.wait(1);
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 500");
    exchange.place(BOB, "BUY YES 1 @ 100");
    exchange.settle(1, 1, 1);
    exchange.place(BOB, "BUY YES 1 @ 500");
  });

  it("refuses to take while unsettled fills are worth too much, a merge as well as a buy", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledMicro: 100_000 }));
    exchange.place(ALICE, "SELL NO 10 @ 500");
    exchange.place(BOB, "SELL YES 10 @ 500");
    exchange.place(ALICE, "SELL YES 20 @ 500");
    exchange.place(CAROL, "BUY YES 10 @ 500");
    exchange.refuses("settlement_behind", DAVE, "BUY YES 1 @ 500");
    exchange.place(DAVE, "BUY YES 1 @ 100");
    exchange.settle(1, 1, 2);
    exchange.place(DAVE, "BUY YES 1 @ 500");
  });

  it("lets no two accounts use the worth up that may be unsettled, passing shares to and fro", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledMicro: 8_000_000 }));
    for (let round = 0; round < 2; round++) {
      exchange.place(ALICE, "BUY YES 100 @ 1");
      exchange.place(BOB, "SELL YES 100 @ 1");
      exchange.place(BOB, "BUY YES 100 @ 1");
      exchange.place(ALICE, "SELL YES 100 @ 1");
    }
    exchange.place(ALICE, "BUY YES 100 @ 1");
    exchange.refuses("settlement_behind", BOB, "SELL YES 100 @ 1");
    exchange.place(BOB, "SELL YES 200 @ 500");
    exchange.refuses("settlement_behind", ALICE, "BUY YES 1 @ 500");
    exchange.place(CAROL, "BUY YES 100 @ 500");
    exchange.refuses("settlement_behind", CAROL, "BUY YES 1 @ 500");
    exchange.place(DAVE, "BUY YES 10 @ 500");
    exchange.settle(1, 1, 4);
    exchange.place(BOB, "SELL YES 100 @ 1");
    exchange.place(CAROL, "BUY YES 1 @ 500");
  });

  it("makes an account wait that took more than its part of what is left, and nobody else", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledFills: 40 }));
    exchange.place(ALICE, "SELL YES 900 @ 500");
    for (let taken = 0; taken < 20; taken++) exchange.place(BOB, "BUY YES 1 @ 500");
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 500");
    exchange.place(BOB, "BUY YES 1 @ 400");
    for (let taken = 0; taken < 3; taken++) exchange.place(CAROL, "BUY YES 1 @ 500");
    exchange.refuses("settlement_behind", CAROL, "BUY YES 1 @ 500");
    exchange.place(DAVE, "BUY YES 1 @ 500");
    exchange.settle(1, 1, 8);
    exchange.place(BOB, "BUY YES 1 @ 500");
    exchange.place(CAROL, "BUY YES 1 @ 500");
  });
});

describe("settlement of the core", () => {
  it("tells both owners of a skipped fill, and counts it", () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    exchange.place(ALICE, "SELL YES 100 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.place(BOB, "BUY YES 20 @ 500");
    assert.deepEqual(exchange.engine.status.skippedFills, { count: 0, last: null });
    const { events } = exchange.settle(1, 1, 2, [{ fillIndex: 1, reason: 18 }]);
    const told = (account: string) =>
      events.flatMap((event) => {
        if (event.type !== "account" || event.account !== account) return [];
        const { change } = event;
        if (change.kind === "fill") return [`fill ${change.fill.fillSeq} ${change.fill.status}`];
        if (change.kind === "order") return [`order ${change.order.cancelReason}`];
        return change.kind === "balance" ? [`free ${change.balance.availableMicro}`] : [];
      });
    assert.deepEqual(told(BOB), ["fill 1 settled", "fill 2 skipped", "free 99950000"]);
    const alice = ["order settlement_skipped", "fill 1 settled", "fill 2 skipped"];
    assert.deepEqual(told(ALICE), [...alice, "free 100050000"]);
    const last = { fillSeq: 2, batchId: 1, reason: 18, timeMs: exchange.timeMs };
    assert.deepEqual(exchange.engine.status.skippedFills, { count: 1, last });
    assert.deepEqual(exchange.engine.audit(), []);
  });

  it("counts a skip no longer whose block is undone, nor tells it as the last one", () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    const trade = () => {
      exchange.place(ALICE, "SELL YES 10 @ 500");
      exchange.place(BOB, "BUY YES 10 @ 500");
    };
    trade();
    exchange.settle(1, 1, 1, [{ fillIndex: 0, reason: 18 }]);
    const before = exchange.engine.status.skippedFills;
    trade();
    trade();
    exchange.settle(2, 2, 3, [
      { fillIndex: 0, reason: 18 },
      { fillIndex: 1, reason: 19 },
    ]);
    assert.equal(exchange.engine.status.skippedFills.count, 3);
    exchange.undoBlock();
    assert.deepEqual(exchange.engine.status.skippedFills, before);
    exchange.undoBlock();
    assert.deepEqual(exchange.engine.status.skippedFills, { count: 0, last: null });
  });

  it("says which bound a refused order met, and where that stands", () => {
    const exchange = startedDriver(createCore({ chainId: 1, maxUnsettledFills: 2 }));
    exchange.place(ALICE, "SELL YES 20 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.place(CAROL, "BUY YES 10 @ 500");
    exchange.place(ALICE, "SELL YES 1 @ 500");
    assert.deepEqual(exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 500"), {
      bound: "fills",
      unsettledFills: 2,
      maxUnsettledFills: 2,
    });
    const greedy = startedDriver(createCore({ chainId: 1, maxUnsettledFills: 4 }));
    trade(greedy, 2);
    greedy.place(ALICE, "SELL YES 10 @ 500");
    assert.deepEqual(greedy.refuses("settlement_behind", BOB, "BUY YES 1 @ 500"), {
      bound: "share",
      ownUnsettledFills: 2,
      maxOwnUnsettledFills: 0,
      unsettledFills: 2,
      maxUnsettledFills: 4,
    });
    const dear = startedDriver(createCore({ chainId: 1, maxUnsettledMicro: 199_999 }));
    dear.place(ALICE, "SELL YES 30 @ 500");
    dear.place(BOB, "BUY YES 10 @ 500");
    assert.deepEqual(dear.refuses("settlement_behind", BOB, "BUY YES 1 @ 500"), {
      bound: "value_share",
      ownUnsettledMicro: "100000",
      maxOwnUnsettledMicro: "12499",
      unsettledMicro: "100000",
      maxUnsettledMicro: "199999",
    });
    dear.place(CAROL, "BUY YES 10 @ 500");
    assert.deepEqual(dear.refuses("settlement_behind", BOB, "BUY YES 1 @ 500"), {
      bound: "value",
      unsettledMicro: "200000",
      maxUnsettledMicro: "199999",
    });
    const old = startedDriver(createCore({ chainId: 1, maxUnsettledAgeMs: 1_000 }));
    trade(old, 1);
    old.place(ALICE, "SELL YES 1 @ 500");
    old.wait(2);
    assert.deepEqual(old.refuses("settlement_behind", BOB, "BUY YES 1 @ 500"), {
      bound: "age",
      unsettledAgeMs: 2_000,
      maxUnsettledAgeMs: 1_000,
    });
  });

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
