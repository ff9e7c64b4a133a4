import { type Address, type Hex, hashTypedData, type TypedDataDomain } from "viem";
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

export const EIP712_NAME = "Agon";
export const EIP712_VERSION = "1";

/** The EIP-712 types of an order, the one declaration of its shape. */
export const ORDER_TYPES = {
  Order: [
    { name: "maker", type: "address" },
    { name: "marketId", type: "uint64" },
    { name: "outcome", type: "uint8" },
    { name: "side", type: "uint8" },
    { name: "price", type: "uint16" },
    { name: "quantity", type: "uint32" },
    { name: "timeInForce", type: "uint8" },
    { name: "maxFeeBps", type: "uint16" },
    { name: "expiry", type: "uint40" },
    { name: "nonce", type: "uint64" },
  ],
} as const;

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

/** The EIP-712 types of a release. */
export const RELEASE_TYPES = {
  Release: [
    { name: "account", type: "address" },
    { name: "marketId", type: "uint64" },
    { name: "asset", type: "uint8" },
    { name: "amount", type: "uint128" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
} as const;

/** The EIP-712 domain that orders and releases are signed under. */
export function exchangeDomain(chainId: number, exchange: Address): TypedDataDomain {
  return {
    name: EIP712_NAME,
    version: EIP712_VERSION,
    chainId,
    verifyingContract: exchange,
  };
}

/** The order as EIP-712 tooling wants it: 64-bit fields as bigint. */
export function orderMessage(order: Order) {
  return { ...order, marketId: BigInt(order.marketId) };
}

/** The EIP-712 digest of an order: its id everywhere. */
export function hashOrder(domain: TypedDataDomain, order: Order): Hex {
  return hashTypedData({
    domain,
    types: ORDER_TYPES,
    primaryType: "Order",
    message: orderMessage(order),
  });
}

/** The EIP-712 digest of a release. */
export function hashRelease(domain: TypedDataDomain, release: Release): Hex {
  return hashTypedData({
    domain,
    types: RELEASE_TYPES,
    primaryType: "Release",
    message: { ...release, marketId: BigInt(release.marketId) },
  });
}

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
