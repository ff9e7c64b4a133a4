import type { Address, Hex } from "viem";
import { type Outcome, Side } from "./units.ts";

/** How long an order may rest. 4 and 5 refuse to take liquidity. */
export const TimeInForce = {
  GTC: 0,
  GTD: 1,
  FOK: 2,
  FAK: 3,
  POST_ONLY: 4,
  POST_ONLY_GTD: 5,
} as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

/** Whether such an order must name its expiry; every other must name none. */
export function needsExpiry(timeInForce: TimeInForce): boolean {
  return timeInForce === TimeInForce.GTD || timeInForce === TimeInForce.POST_ONLY_GTD;
}

/** Whether such an order refuses to take liquidity, and so never pays a fee. */
export function isPostOnly(timeInForce: TimeInForce): boolean {
  return timeInForce === TimeInForce.POST_ONLY || timeInForce === TimeInForce.POST_ONLY_GTD;
}

/**
 * What a wallet signs.
 * `price` in ticks of the order's own outcome, `quantity` in lots, `expiry` in unix seconds (0 none;
 * required by GTD), `nonce` the maker's own 64-bit counter: filled quantity is kept per (maker, nonce).
 */
export interface Order {
  maker: Address;
  marketId: number;
  outcome: Outcome;
  side: Side;
  price: number;
  quantity: number;
  timeInForce: TimeInForce;
  maxFeeBps: number;
  expiry: number;
  nonce: bigint;
}

/** An order with a 65-byte (r, s, v) or 64-byte (EIP-2098) signature of the maker or its delegate. */
export interface SignedOrder {
  order: Order;
  signature: Hex;
}

/** The operator's consent to an immediate exit. `asset`: 0 NO lots, 1 YES lots, 2 cash in micro (marketId 0). */
export interface Release {
  account: Address;
  marketId: number;
  asset: 0 | 1 | 2;
  amount: bigint;
  nonce: bigint;
  deadline: number;
}

/** The `asset` of a release of cash. */
export const ASSET_CASH = 2;

/** The four ways in which two orders meet. */
export type MatchKind = "transfer_yes" | "transfer_no" | "mint" | "merge";

/** How a taker's and a maker's order on opposite ladder sides settle. */
export function matchKind(
  taker: Pick<Order, "outcome" | "side">,
  maker: Pick<Order, "outcome" | "side">,
): MatchKind {
  if (taker.outcome === maker.outcome) return taker.outcome === 1 ? "transfer_yes" : "transfer_no";
  return taker.side === Side.BUY ? "mint" : "merge";
}
