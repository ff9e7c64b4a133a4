import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { CoreAssertionError } from "../../../offchain-engine/core/assert.ts";
import { DueHeap } from "../../../offchain-engine/core/due-heap.ts";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, CLOSE_SECONDS, Driver, START_SECONDS, startedDriver } from "./driver.ts";
import { RandomSource } from "./random-source.ts";

const create = () => startedDriver(createCore({ chainId: 1, expiryLeadMs: 2_000 }));
const dated = (seconds: number) => ({
  timeInForce: TimeInForce.GTD,
  expiry: START_SECONDS + seconds,
});

describe("time in the core", () => {
  it("stops on a command out of sequence and on time that falls", () => {
    const core = createCore({ chainId: 1 });
    const command = { kind: "tick" } as const;
    assert.throws(() => core.apply({ seq: 2, timeMs: 5, command }), CoreAssertionError);
    const next = createCore({ chainId: 1 });
    next.apply({ seq: 1, timeMs: 5, command });
    assert.throws(() => next.apply({ seq: 2, timeMs: 4, command }), CoreAssertionError);
  });

  it("names when a tick is due: the next expiry, less its lead, or the next close", () => {
    assert.equal(new Driver(createCore({ chainId: 1 })).engine.dueAtMs(), null);
    const exchange = create();
    assert.equal(exchange.engine.dueAtMs(), CLOSE_SECONDS * 1000);
    const late = exchange.place(ALICE, "BUY YES 1 @ 500", dated(90)).order.hash;
    const soon = exchange.place(ALICE, "BUY YES 1 @ 500", dated(60)).order.hash;
    assert.equal(exchange.engine.dueAtMs(), (START_SECONDS + 58) * 1000);
    exchange.cancel(ALICE, soon);
    assert.equal(exchange.engine.dueAtMs(), (START_SECONDS + 88) * 1000);
    exchange.wait(88);
    assert.equal(exchange.order(late).status, "expired");
    exchange.wait(CLOSE_SECONDS);
    assert.equal(exchange.engine.dueAtMs(), null);
  });

  it("names the block that would return an unused release", () => {
    const exchange = create();
    assert.equal(exchange.engine.blockWantedAfter(), null);
    exchange.release(ALICE, 1, 50);
    exchange.release(ALICE, 1, 20);
    assert.equal(exchange.engine.blockWantedAfter(), START_SECONDS + 20 + 60);
    exchange.timeMs += 200_000;
    exchange.block();
    assert.equal(exchange.engine.blockWantedAfter(), null);
  });

  it("expires what is left after thousands of dated orders were cancelled", () => {
    const exchange = create();
    const kept = exchange.place(ALICE, "BUY YES 1 @ 500", dated(500)).order.hash;
    for (let i = 0; i < 4_000; i++) {
      const { order } = exchange.place(ALICE, "BUY YES 1 @ 400", dated(600));
      exchange.cancel(ALICE, order.hash);
    }
    assert.equal(exchange.order(kept).status, "open");
    exchange.wait(498);
    assert.equal(exchange.order(kept).status, "expired");
  });
});

describe("due heap", () => {
  it("gives ids by time, then by id, whatever the order in which they came", () => {
    const random = new RandomSource(9);
    const heap = new DueHeap();
    const entries = Array.from({ length: 500 }, (_, id) => [random.below(50), id] as const);
    for (const [timeMs, id] of [...entries].sort(() => random.below(3) - 1)) heap.push(timeMs, id);
    heap.prune((id) => id % 3 !== 0);
    const given: (readonly [number, number])[] = [];
    for (; heap.size > 0; heap.pop()) given.push([heap.nextMs, heap.nextId]);
    const expected = entries
      .filter(([, id]) => id % 3 !== 0)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.deepEqual(given, expected);
    assert.equal(heap.nextMs, Number.POSITIVE_INFINITY);
    heap.pop();
    assert.equal(heap.nextId, -1);
  });
});
