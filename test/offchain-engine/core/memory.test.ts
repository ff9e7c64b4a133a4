import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { ALICE, BOB, type Driver, failure, hash, startedDriver } from "./driver.ts";
import type { EngineUnderTest } from "./engine-under-test.ts";
import { describeEngines } from "./engine-under-test.ts";

const LIMITS = { rememberedOrders: 2, rememberedFills: 1 };
const TX = hash(0x77);

/** Settles the next fill in a batch of its own. */
function settle(exchange: Driver<EngineUnderTest>, batchId: number): void {
  const fillSeq = batchId;
  const [firstFillSeq, lastFillSeq] = [fillSeq, fillSeq];
  exchange.send({
    kind: "batch_simulated",
    batchId,
    firstFillSeq,
    lastFillSeq,
    transactionHash: TX,
    skipped: [],
  });
}

describeEngines("memory of orders", (createEngine) => {
  const create = () => startedDriver(createEngine(LIMITS));

  it("refuses a forgotten order as one whose nonce is used", () => {
    const exchange = create();
    const orders = [1, 2, 3].map((n) => {
      const options = { hash: hash(100 + n), nonce: `${n}` };
      exchange.place(ALICE, "BUY YES 10 @ 500", options);
      exchange.cancel(ALICE, options.hash);
      return options;
    });
    const [first, second, third] = orders.map((options) =>
      exchange.tryPlace(ALICE, "BUY YES 10 @ 500", options),
    );
    failure("nonce_used", first);
    assert.ok(second?.ok && second.kind === "place" && second.repeated);
    assert.ok(third?.ok && third.kind === "place" && third.repeated);
  });

  it("knows no forgotten order to cancel or to amend", () => {
    const exchange = create();
    for (const n of [1, 2, 3]) {
      exchange.place(ALICE, "BUY YES 10 @ 500", { hash: hash(100 + n), nonce: `${n}` });
      exchange.cancel(ALICE, hash(100 + n));
    }
    failure("order_unknown", exchange.cancel(ALICE, hash(101)));
    failure("order_not_open", exchange.cancel(ALICE, hash(102)));
    exchange.refuses("order_unknown", ALICE, "BUY YES 5 @ 500", {
      nonce: "1",
      replaces: hash(101),
    });
  });

  it("amends back to a forgotten order, as an order that is none of the new ones", () => {
    const exchange = create();
    const [first, second] = [
      { hash: hash(101), nonce: "1" },
      { hash: hash(102), nonce: "1", replaces: hash(101) },
    ];
    exchange.place(ALICE, "BUY YES 10 @ 500", first);
    exchange.place(ALICE, "BUY YES 10 @ 510", second);
    for (let n = 0; n < 2; n++) {
      exchange.cancel(BOB, exchange.place(BOB, "BUY YES 10 @ 400").order.hash);
    }
    const back = exchange.place(ALICE, "BUY YES 10 @ 500", { ...first, replaces: hash(102) });
    assert.deepEqual([back.repeated, back.order.status], [false, "open"]);
    assert.equal(exchange.order(hash(102)).cancelReason, "replaced");
  });

  it("keeps a client id used when its order is forgotten", () => {
    const exchange = create();
    for (const n of [1, 2, 3]) {
      const order = exchange.place(ALICE, "BUY YES 10 @ 500", { clientId: `mine-${n}` }).order;
      exchange.cancel(ALICE, order.hash);
    }
    exchange.refuses("client_id_used", ALICE, "BUY YES 10 @ 500", { clientId: "mine-1" });
    exchange.place(BOB, "BUY YES 10 @ 500", { clientId: "mine-1" });
  });

  it("never forgets an open order, however many end", () => {
    const exchange = create();
    const { order } = exchange.place(BOB, "BUY YES 10 @ 400");
    for (let n = 0; n < 10; n++) {
      exchange.cancel(ALICE, exchange.place(ALICE, "BUY YES 10 @ 500").order.hash);
    }
    assert.equal(exchange.order(order.hash).status, "open");
  });

  it("remembers both orders of a fill until so many fills have settled after it", () => {
    const exchange = create();
    const pairs = [1, 2, 3, 4].map(() => [
      exchange.place(ALICE, "SELL YES 10 @ 500").order.hash,
      exchange.place(BOB, "BUY YES 10 @ 500").order.hash,
    ]);
    const known = () =>
      pairs.map((pair) => pair.filter((one) => exchange.engine.order(one)).length);
    assert.deepEqual(known(), [2, 2, 2, 2]);
    settle(exchange, 1);
    settle(exchange, 2);
    // The first fill is forgotten; its orders are the last two that finished.
    assert.deepEqual(known(), [2, 2, 2, 2]);
    settle(exchange, 3);
    assert.deepEqual(known(), [0, 2, 2, 2]);
  });

  it("tells of a repeated order only the fills that it remembers", () => {
    const exchange = create();
    const options = { hash: hash(500), nonce: "77" };
    exchange.place(ALICE, "SELL YES 30 @ 500", options);
    for (let batchId = 1; batchId <= 2; batchId++) {
      exchange.place(BOB, "BUY YES 10 @ 500");
      settle(exchange, batchId);
    }
    const repeat = exchange.tryPlace(ALICE, "SELL YES 30 @ 500", options);
    assert.ok(repeat.ok && repeat.kind === "place");
    assert.equal(repeat.order.filledLots, 20);
    assert.deepEqual(
      repeat.fills.map(({ fillSeq }) => fillSeq),
      [2],
    );
  });
});

describe("memory of the core", () => {
  it("stays as it is while thousands of orders come, fill, settle and go", () => {
    const exchange = startedDriver(createCore({ chainId: 1, ...LIMITS }));
    const heap: number[] = [];
    for (let n = 1; n <= 3_000; n++) {
      exchange.place(ALICE, "SELL YES 1 @ 500");
      exchange.place(BOB, "BUY YES 1 @ 500");
      settle(exchange, n);
      exchange.place(BOB, "SELL YES 1 @ 500");
      exchange.cancel(BOB, exchange.engine.account(BOB).openOrders[0]?.hash ?? hash(0));
      heap.push(exchange.engine.remembered);
      if (n % 500 === 0) exchange.split(ALICE, 1_000);
    }
    // Two finished orders, and two of the one fill.
    assert.equal(Math.max(...heap), 4);
  });
});
