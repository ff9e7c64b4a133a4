import assert from "node:assert/strict";
import { it } from "mocha";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import type { ExchangeEvent } from "../../../protocol/engine/event.ts";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, BOB, failure, marketCreated, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

const POST_ONLY = { timeInForce: TimeInForce.POST_ONLY };

describeEngines("trading phases", (createEngine) => {
  it("refuses a hold on a market that there is not", () => {
    const exchange = startedDriver(createEngine());
    const { verdict } = exchange.send({ kind: "hold", phase: "post_only", marketId: 99 });
    failure("market_unknown", verdict);
  });

  it("takes cancels alone from a restart until it is reopened, however long that takes", () => {
    const exchange = startedDriver(createEngine());
    const resting = exchange.place(ALICE, "BUY YES 10 @ 400").order.hash;
    exchange.send({ kind: "restart" });
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 400");
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 900", POST_ONLY);
    exchange.wait(3_600);
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 900", POST_ONLY);
    assert.equal(exchange.cancel(ALICE, resting)?.ok, true);
    assert.equal(exchange.release(ALICE, 1_000)?.ok, true);
  });

  it("refuses an amendment while it takes cancels alone, and repeats a known order", () => {
    const exchange = startedDriver(createEngine());
    const terms = { hash: `0x${"77".repeat(32)}`, nonce: "777" } as const;
    const { order } = exchange.place(ALICE, "BUY YES 10 @ 400", terms);
    exchange.send({ kind: "restart" });
    const amended = { nonce: "777", replaces: order.hash };
    exchange.refuses("cancel_only", ALICE, "BUY YES 5 @ 400", amended);
    assert.equal(exchange.place(ALICE, "BUY YES 10 @ 400", terms).repeated, true);
  });

  it("goes from cancel-only to post-only to open, each in its time", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 10 @ 400");
    exchange.send({ kind: "restart" });
    exchange.wait(50);
    exchange.send({ kind: "reopen", cancelOnlyMs: 5_000, postOnlyMs: 10_000 });
    exchange.timeMs += 4_999;
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 900", POST_ONLY);
    exchange.timeMs += 1;
    exchange.refuses("post_only", BOB, "SELL YES 10 @ 900");
    exchange.refuses("post_only", BOB, "SELL YES 10 @ 400", { timeInForce: TimeInForce.FAK });
    exchange.refuses("post_only_would_cross", BOB, "SELL YES 10 @ 400", POST_ONLY);
    exchange.place(BOB, "SELL YES 10 @ 900", POST_ONLY);
    exchange.timeMs += 10_000;
    assert.equal(exchange.place(BOB, "SELL YES 10 @ 400").fills.length, 1);
  });

  it("is open at once when both phases last no time", () => {
    const exchange = startedDriver(createEngine());
    exchange.send({ kind: "restart" });
    exchange.send({ kind: "reopen", cancelOnlyMs: 0, postOnlyMs: 0 });
    exchange.place(BOB, "SELL YES 10 @ 400");
  });

  it("keeps to what an operator holds over a restart, until the operator lets go", () => {
    const exchange = startedDriver(createEngine());
    exchange.send({ kind: "hold", phase: "post_only" });
    exchange.send({ kind: "restart" });
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 900", POST_ONLY);
    exchange.send({ kind: "reopen", cancelOnlyMs: 0, postOnlyMs: 0 });
    exchange.wait(86_400 / 100);
    exchange.refuses("post_only", BOB, "SELL YES 10 @ 400");
    exchange.send({ kind: "hold", phase: "open" });
    exchange.place(BOB, "SELL YES 10 @ 400");
  });

  it("holds one market and leaves the others alone", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(marketCreated(2));
    exchange.split(BOB, 100, 2);
    const resting = exchange.place(ALICE, "BUY YES 10 @ 400").order.hash;
    exchange.send({ kind: "hold", phase: "cancel_only", marketId: 1 });
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 400");
    assert.equal(exchange.order(resting).status, "open");
    assert.equal(exchange.cancel(ALICE, resting)?.ok, true);
    exchange.place(BOB, "SELL YES 10 @ 400", { marketId: 2 });
    assert.deepEqual(
      exchange.engine.snapshot().markets.map(({ heldPhase }) => heldPhase),
      ["cancel_only", "open"],
    );
    exchange.send({ kind: "hold", phase: "open", marketId: 1 });
    exchange.place(BOB, "SELL YES 10 @ 400");
  });

  it("is as strict as the stricter of a market's hold and the exchange's phase", () => {
    const exchange = startedDriver(createEngine());
    exchange.send({ kind: "hold", phase: "post_only", marketId: 1 });
    exchange.send({ kind: "hold", phase: "cancel_only" });
    exchange.refuses("cancel_only", BOB, "SELL YES 10 @ 900", POST_ONLY);
    exchange.send({ kind: "hold", phase: "open" });
    exchange.refuses("post_only", BOB, "SELL YES 10 @ 900");
  });
});

it("the core tells each phase on its stream, and names when the next is due", () => {
  const exchange = startedDriver(createCore({ chainId: 1 }));
  const closesAt = exchange.engine.dueAtMs();
  const told: ExchangeEvent[] = [];
  const send = (command: Parameters<typeof exchange.send>[0]) => {
    for (const event of exchange.send(command).events) {
      if (event.type === "exchange") told.push(event);
    }
  };
  send({ kind: "restart" });
  assert.equal(exchange.engine.dueAtMs(), closesAt);
  send({ kind: "reopen", cancelOnlyMs: 2_000, postOnlyMs: 3_000 });
  const startMs = exchange.timeMs;
  assert.equal(exchange.engine.dueAtMs(), startMs + 2_000);
  exchange.timeMs += 2_000;
  send({ kind: "tick" });
  assert.equal(exchange.engine.dueAtMs(), startMs + 5_000);
  exchange.timeMs += 3_000;
  send({ kind: "tick" });
  send({ kind: "hold", phase: "post_only" });
  send({ kind: "hold", phase: "post_only" });
  send({ kind: "hold", phase: "open" });
  assert.deepEqual(
    told.map(({ seq, prev, exchange: { phase, phaseEndsAtMs } }) => {
      return { seq, prev, phase, inMs: phaseEndsAtMs === null ? null : phaseEndsAtMs - startMs };
    }),
    [
      { seq: 1, prev: 0, phase: "cancel_only", inMs: null },
      { seq: 2, prev: 1, phase: "cancel_only", inMs: 2_000 },
      { seq: 3, prev: 2, phase: "post_only", inMs: 5_000 },
      { seq: 4, prev: 3, phase: "open", inMs: null },
      { seq: 5, prev: 4, phase: "post_only", inMs: null },
      { seq: 6, prev: 5, phase: "open", inMs: null },
    ],
  );
  const paused = exchange.block({ type: "trading_paused" }).events;
  assert.ok(paused.some((event) => event.type === "exchange" && event.exchange.tradingPaused));
  const { exchangeSeq, exchange: view } = exchange.engine.snapshot();
  assert.deepEqual([exchangeSeq, view.tradingPaused], [7, true]);
  assert.deepEqual(exchange.engine.audit(), []);
});
