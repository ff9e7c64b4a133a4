import type { Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import type { SignedOrder } from "../../protocol/order.ts";
import { compactSignature } from "../../protocol/settlement/compact-signature.ts";
import type { SettledFill } from "./settled-batches.ts";

/** An order with its signature, as the journal has it. */
export interface JournalOrder {
  order: OrderJson;
  signature: Hex;
}

const TERMS = [
  "maker",
  "marketId",
  "outcome",
  "side",
  "price",
  "quantity",
  "timeInForce",
  "maxFeeBps",
  "expiry",
  "nonce",
] as const;

/** In what a settled fill is not the replay's, or null. */
export function fillDifference(
  settled: SettledFill,
  replayed: FillView,
  taker: JournalOrder,
  maker: JournalOrder,
): string | null {
  const difference =
    orderDifference("taker", settled.taker, taker) ??
    orderDifference("maker", settled.maker, maker) ??
    figureDifference("quantity", settled.quantityLots, replayed.quantityLots) ??
    figureDifference("price", settled.yesPriceTicks, replayed.yesPriceTicks);
  if (difference !== null || settled.data === null) return difference;
  return figureDifference("fee", settled.data.feeMicro, BigInt(replayed.feeMicro));
}

function orderDifference(role: string, chain: SignedOrder, own: JournalOrder): string | null {
  for (const term of TERMS) {
    const [found, expected] = [chain.order[term], own.order[term]].map((one) =>
      String(one).toLowerCase(),
    );
    if (found !== expected) return `${role}'s ${term} ${found} in place of ${expected}`;
  }
  const isSigned =
    compactSignature(chain.signature) === compactSignature(own.signature).toLowerCase();
  return isSigned ? null : `${role}'s signature`;
}

function figureDifference<Figure>(name: string, found: Figure, expected: Figure): string | null {
  return found === expected ? null : `${name} ${found} in place of ${expected}`;
}
