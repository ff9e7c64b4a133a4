import type { Hex } from "viem";
import type { SignedOrder } from "../../protocol/order.ts";
import type { BatchFill } from "../../protocol/settlement/batch.ts";
import type { UnsettledFill } from "../edge/unsettled-fills.ts";
import { gasBoundUp } from "./gas-bound.ts";

export interface BatchLimits {
  /** A batch this large goes at once. */
  maxFills: number;
  /** A fill waits for company at most this long. */
  maxAgeMs: number;
  /** Bound of a batch's gas. */
  maxGas: number;
}

export interface BatchPlan {
  firstFillSeq: number;
  lastFillSeq: number;
  oldestFillMs: number;
  /** Each order once, in order of first use. */
  orders: SignedOrder[];
  fills: BatchFill[];
}

/** The next batch out of the oldest unsettled `fills`, or null while it pays to wait for more of them. */
export function planBatch(
  fills: readonly UnsettledFill[],
  limits: BatchLimits,
  nowMs: number,
): BatchPlan | null {
  const oldest = fills[0];
  if (!oldest) return null;
  const orders: SignedOrder[] = [];
  const indices = new Map<Hex, number>();
  const batchFills: BatchFill[] = [];
  for (const fill of fills) {
    if (batchFills.length === limits.maxFills) break;
    const added = Number(!indices.has(fill.takerHash)) + Number(!indices.has(fill.makerHash));
    const gas = gasBoundUp(orders.length + added, batchFills.length + 1);
    // One fill alone always fits: else it would block all that follow.
    if (gas > limits.maxGas && batchFills.length > 0) break;
    batchFills.push({
      takerIndex: indexOf(fill.takerHash, fill.taker, orders, indices),
      makerIndex: indexOf(fill.makerHash, fill.maker, orders, indices),
      quantityLots: fill.quantityLots,
      yesPriceTicks: fill.yesPriceTicks,
    });
  }
  const full = batchFills.length === limits.maxFills || batchFills.length < fills.length;
  if (!full && nowMs - oldest.timeMs < limits.maxAgeMs) return null;
  const last = fills[batchFills.length - 1] as UnsettledFill;
  return {
    firstFillSeq: oldest.fillSeq,
    lastFillSeq: last.fillSeq,
    oldestFillMs: oldest.timeMs,
    orders,
    fills: batchFills,
  };
}

function indexOf(
  hash: Hex,
  order: SignedOrder,
  orders: SignedOrder[],
  indices: Map<Hex, number>,
): number {
  const known = indices.get(hash);
  if (known !== undefined) return known;
  const index = orders.push(order) - 1;
  indices.set(hash, index);
  return index;
}
