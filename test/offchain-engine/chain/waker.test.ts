import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { backoffMs } from "../../../offchain-engine/chain/backoff.ts";
import { createWaker } from "../../../offchain-engine/chain/waker.ts";

const NEVER_MS = 1_000_000;

describe("waker", () => {
  it("ends a rest when it is woken", async () => {
    const waker = createWaker();
    const rest = waker.rest(NEVER_MS);
    waker.wake();
    await rest;
  });

  it("lets a wake between two rests end the next one, once", async () => {
    const waker = createWaker();
    waker.wake();
    waker.wake();
    await waker.rest(NEVER_MS);
    let ended = false;
    const second = waker.rest(NEVER_MS).then(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    assert.equal(ended, false);
    waker.wake();
    await second;
  });

  it("ends a rest by itself when its time is over", async () => {
    await createWaker().rest(1);
  });
});

describe("backoffMs", () => {
  it("doubles from 100 ms and stays at 5 s", () => {
    assert.deepEqual([1, 2, 3, 6, 7, 1000].map(backoffMs), [100, 200, 400, 3_200, 5_000, 5_000]);
  });
});
