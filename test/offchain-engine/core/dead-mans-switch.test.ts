import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Address } from "viem";
import { Heartbeats } from "../../../offchain-engine/core/heartbeats.ts";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { ALICE, address, BOB, type Driver, startedDriver } from "./driver.ts";
import { describeEngines, type EngineUnderTest } from "./engine-under-test.ts";
import { RandomSource } from "./random-source.ts";

function beat(exchange: Driver<EngineUnderTest>, maker: Address, timeoutMs: number) {
  const { verdict } = exchange.send({ kind: "heartbeat", maker, timeoutMs });
  assert.ok(verdict?.ok && verdict.kind === "heartbeat");
  return verdict.dueAtMs === null ? null : verdict.dueAtMs - exchange.timeMs;
}

describeEngines("dead man's switch", (createEngine) => {
  it("stays off for an account that never held anything", () => {
    const exchange = startedDriver(createEngine());
    assert.equal(beat(exchange, address("77"), 5_000), null);
    exchange.deposit(address("77"), 1_000_000);
    const { order } = exchange.place(address("77"), "BUY YES 1 @ 400");
    exchange.wait(100);
    assert.equal(exchange.order(order.hash).status, "open");
  });

  it("cancels all open orders of a silent account, and no one else's", () => {
    const exchange = startedDriver(createEngine());
    const mine = ["BUY YES 10 @ 400", "SELL YES 10 @ 700", "BUY NO 10 @ 200"].map(
      (text) => exchange.place(ALICE, text).order.hash,
    );
    const other = exchange.place(BOB, "BUY YES 10 @ 300").order.hash;
    assert.equal(beat(exchange, ALICE, 5_000), 5_000);
    exchange.timeMs += 4_999;
    exchange.send({ kind: "tick" });
    assert.equal(exchange.order(mine[0] as `0x${string}`).status, "open");
    exchange.timeMs += 1;
    exchange.send({ kind: "tick" });
    for (const hash of mine) {
      const { status, cancelReason } = exchange.order(hash);
      assert.deepEqual([status, cancelReason], ["cancelled", "heartbeat"]);
    }
    assert.equal(exchange.order(other).status, "open");
    assert.deepEqual(exchange.cash(ALICE), [100_000_000, 0, 0]);
  });

  it("goes off before the command that comes at its time: a taker finds nothing", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 10 @ 400");
    beat(exchange, ALICE, 1_000);
    exchange.timeMs += 1_000;
    assert.deepEqual(exchange.place(BOB, "SELL YES 10 @ 400").fills, []);
  });

  it("counts anew with each heartbeat, also with a shorter time", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 10 @ 400");
    beat(exchange, ALICE, 60_000);
    exchange.wait(50);
    beat(exchange, ALICE, 60_000);
    exchange.wait(50);
    assert.equal(exchange.order(order.hash).status, "open");
    beat(exchange, ALICE, 2_000);
    exchange.wait(2);
    assert.equal(exchange.order(order.hash).cancelReason, "heartbeat");
  });

  it("is off after 0, and after it went off, until the next heartbeat", () => {
    const exchange = startedDriver(createEngine());
    beat(exchange, ALICE, 2_000);
    assert.equal(beat(exchange, ALICE, 0), null);
    exchange.wait(10);
    beat(exchange, ALICE, 2_000);
    exchange.wait(2);
    const { order } = exchange.place(ALICE, "BUY YES 10 @ 400");
    exchange.wait(10);
    assert.equal(exchange.order(order.hash).status, "open");
    assert.equal(beat(exchange, ALICE, 3_000), 3_000);
    exchange.wait(3);
    assert.equal(exchange.order(order.hash).cancelReason, "heartbeat");
  });

  it("counts anew from a restart: nobody could send a heartbeat while the engine was down", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 10 @ 400");
    beat(exchange, ALICE, 5_000);
    exchange.timeMs += 3_600_000;
    exchange.send({ kind: "restart" });
    exchange.timeMs += 4_999;
    exchange.send({ kind: "tick" });
    assert.equal(exchange.order(order.hash).status, "open");
    exchange.timeMs += 1;
    exchange.send({ kind: "tick" });
    assert.equal(exchange.order(order.hash).cancelReason, "heartbeat");
  });
});

describe("dead man's switch of the core", () => {
  it("is told to its owner, names when it is due, and enters the state hash", () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    const twin = startedDriver(createCore({ chainId: 1 }));
    exchange.place(ALICE, "BUY YES 10 @ 400");
    twin.place(ALICE, "BUY YES 10 @ 400");
    beat(exchange, ALICE, 5_000);
    beat(twin, ALICE, 6_000);
    assert.notEqual(exchange.engine.stateHash(), twin.engine.stateHash());
    const dueMs = exchange.timeMs + 5_000;
    assert.equal(exchange.engine.dueAtMs(), dueMs);
    assert.equal(exchange.engine.account(ALICE).heartbeatDueAtMs, dueMs);
    exchange.timeMs = dueMs;
    const { events } = exchange.send({ kind: "tick" });
    assert.deepEqual(
      events.map((event) => (event.type === "account" ? event.change.kind : event.type)),
      ["book", "order", "balance", "heartbeat"],
    );
    assert.equal(exchange.engine.account(ALICE).heartbeatDueAtMs, null);
    assert.deepEqual(exchange.engine.audit(), []);
  });

  it("goes off at the same times as a plain list of them, whatever is switched on and off", () => {
    const random = new RandomSource(5);
    const switches = new Heartbeats();
    const plain = new Map<number, number>();
    let nowMs = 0;
    for (let step = 0; step < 20_000; step++) {
      nowMs += random.below(20);
      const account = random.below(40);
      const due = [...plain].filter(([, dueMs]) => dueMs <= nowMs);
      due.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
      for (const [expected] of due) {
        assert.ok(switches.nextMs <= nowMs);
        assert.equal(switches.takeDue(), expected);
        plain.delete(expected);
      }
      if (random.chance(30)) {
        switches.disarm(account);
        plain.delete(account);
      } else {
        const timeoutMs = random.pick([50, 500, 5_000]);
        switches.arm(account, timeoutMs, nowMs);
        plain.set(account, nowMs + timeoutMs);
      }
      assert.equal(switches.nextMs, Math.min(Number.POSITIVE_INFINITY, ...plain.values()));
    }
  });
});
