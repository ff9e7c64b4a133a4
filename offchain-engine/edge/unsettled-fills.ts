import type { Hex } from "viem";
import type { SignedOrder } from "../../protocol/order.ts";
import type { EdgeState } from "./edge-state.ts";
import type { OrderDocument } from "./order-documents.ts";

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

function signedOrder({ order, signature }: OrderDocument): SignedOrder {
  return { order: { ...order, nonce: BigInt(order.nonce) }, signature };
}

/** Up to `max` unsettled fills after `afterFillSeq`, in the order in which they settle. */
export function unsettledFills(
  { core, orders, fills: records }: EdgeState,
  afterFillSeq: number,
  max: number,
): UnsettledFill[] {
  const first = Math.max(afterFillSeq, core.fills.settledThroughSeq) + 1;
  const last = Math.min(core.fills.lastSeq, first + max - 1);
  const fills: UnsettledFill[] = [];
  for (let fillSeq = first; fillSeq <= last; fillSeq++) {
    const { timeMs, quantityLots, yesPriceTicks, ...legs } = records.get(fillSeq);
    const taker = orders.document(legs.taker);
    const maker = orders.document(legs.maker);
    fills.push({
      fillSeq,
      timeMs,
      takerHash: taker.hash,
      taker: signedOrder(taker),
      makerHash: maker.hash,
      maker: signedOrder(maker),
      quantityLots,
      yesPriceTicks,
    });
  }
  return fills;
}
