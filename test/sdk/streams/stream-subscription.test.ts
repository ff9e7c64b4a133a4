import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { z } from "zod";
import { StreamSubscription } from "../../../sdk/streams/stream-subscription.ts";

const numbers = { seq: z.int(), prev: z.int().default(0), price: z.int() };

function subscribed() {
  const asked: unknown[] = [];
  const subscription = new StreamSubscription<number>(
    {
      stream: "ticker:x",
      needsSession: false,
      snapshotSchema: z.object(numbers),
      frameSchema: z.object(numbers),
      begin: (snapshot) => (snapshot as unknown as { price: number }).price,
      apply: (_, frame) => (frame as unknown as { price: number }).price,
    },
    { changed() {}, begun() {}, failed() {}, reconnect() {} },
  );
  subscription.connected((frame) => asked.push(frame));
  subscription.take({ type: "snapshot", seq: 105, price: 500 });
  return { subscription, asked };
}

describe("stream subscription", () => {
  it("asks for what is missing when a frame follows one that it never had", () => {
    const { subscription, asked } = subscribed();
    subscription.take({ type: "ticker", seq: 130, prev: 120, price: 510 });
    assert.equal(subscription.state, 500);
    assert.deepEqual(asked.at(-1), { op: "resume", stream: "ticker:x", after: 105 });
  });

  it("takes a frame of another api process, whose count of a jumping stream began earlier", () => {
    const { subscription, asked } = subscribed();
    subscription.take({ type: "ticker", seq: 110, prev: 100, price: 520 });
    assert.deepEqual([subscription.state, subscription.lastSeq], [520, 110]);
    assert.equal(subscription.statistics.gaps, 0);
    assert.equal(asked.length, 1);
  });
});
