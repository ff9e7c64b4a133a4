import type { Hex } from "viem";
import type { SignedOrder } from "../../protocol/order.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/** A matched fill on its way to the chain, with both signed orders. */
export interface UnsettledFill {
  fillSeq: number;
  /** When it was matched. */
  timeMs: number;
  takerHash: Hex;
  taker: SignedOrder;
  makerHash: Hex;
  maker: SignedOrder;
  quantityLots: number;
  yesPriceTicks: number;
}

function signedOrder({ order, signature }: OrderRecord): SignedOrder {
  return { order: { ...order, nonce: BigInt(order.nonce) }, signature };
}

/** Up to `max` unsettled fills after `afterFillSeq`, in the order in which they settle. */
export function unsettledFills(
  state: CoreState,
  afterFillSeq: number,
  max: number,
): UnsettledFill[] {
  const first = Math.max(afterFillSeq, state.fills.settledThroughSeq) + 1;
  const last = Math.min(state.fills.lastSeq, first + max - 1);
  const fills: UnsettledFill[] = [];
  for (let fillSeq = first; fillSeq <= last; fillSeq++) {
    const fill = state.fills.get(fillSeq);
    const taker = state.orders.get(fill.takerOrderId);
    const maker = state.orders.get(fill.makerOrderId);
    fills.push({
      fillSeq,
      timeMs: fill.timeMs,
      takerHash: taker.hash,
      taker: signedOrder(taker),
      makerHash: maker.hash,
      maker: signedOrder(maker),
      quantityLots: fill.quantityLots,
      yesPriceTicks: fill.yesPriceTicks,
    });
  }
  return fills;
}
