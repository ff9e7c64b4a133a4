import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import type { UnsettledFill } from "../../../offchain-engine/edge/unsettled-fills.ts";
import { gasBoundUp } from "../../../offchain-engine/settlement/gas-bound.ts";
import { planBatch } from "../../../offchain-engine/settlement/plan-batch.ts";
import type { Order } from "../../../protocol/order.ts";

const LIMITS = { maxFills: 4, maxAgeMs: 100, maxGas: 12_000_000 };

function order(name: string) {
  const hash = `0x${name}` as Hex;
  return { hash, signed: { order: { maker: hash } as unknown as Order, signature: hash } };
}

function fill(fillSeq: number, taker: string, maker: string, timeMs = 0): UnsettledFill {
  return {
    fillSeq,
    timeMs,
    takerHash: order(taker).hash,
    taker: order(taker).signed,
    makerHash: order(maker).hash,
    maker: order(maker).signed,
    quantityLots: fillSeq * 10,
    yesPriceTicks: 500,
  };
}

describe("planBatch", () => {
  it("plans nothing without fills", () => {
    assert.equal(planBatch([], LIMITS, 1_000_000), null);
  });

  it("waits for company while the oldest fill is young", () => {
    const fills = [fill(1, "a", "b", 1_000), fill(2, "a", "c", 1_050)];
    assert.equal(planBatch(fills, LIMITS, 1_099), null);
    assert.equal(planBatch(fills, LIMITS, 1_100)?.lastFillSeq, 2);
  });

  it("goes at once when it is full, with the oldest fills", () => {
    const fills = [1, 2, 3, 4, 5].map((seq) => fill(seq, `a${seq}`, `b${seq}`));
    const plan = planBatch(fills, LIMITS, 0);
    assert.equal(plan?.firstFillSeq, 1);
    assert.equal(plan.lastFillSeq, 4);
    assert.equal(plan.fills.length, 4);
  });

  it("carries each order once and points at it from every fill", () => {
    const fills = [fill(7, "a", "b"), fill(8, "a", "c"), fill(9, "c", "b"), fill(10, "d", "a")];
    const plan = planBatch(fills, LIMITS, 0);
    assert.deepEqual(
      plan?.orders,
      ["a", "b", "c", "d"].map((name) => order(name).signed),
    );
    assert.deepEqual(
      plan.fills.map(({ takerIndex, makerIndex }) => [takerIndex, makerIndex]),
      [
        [0, 1],
        [0, 2],
        [2, 1],
        [3, 0],
      ],
    );
    assert.deepEqual(
      plan.fills.map(({ quantityLots }) => quantityLots),
      [70, 80, 90, 100],
    );
  });

  it("stays below the gas bound, but takes one fill whatever it costs", () => {
    const fills = [fill(1, "a", "b"), fill(2, "a", "c"), fill(3, "a", "d")];
    const twoFills = { ...LIMITS, maxGas: gasBoundUp(3, 2) };
    assert.equal(planBatch(fills, twoFills, 0)?.lastFillSeq, 2);
    assert.equal(planBatch(fills, { ...LIMITS, maxGas: 1 }, 0)?.lastFillSeq, 1);
  });
});
