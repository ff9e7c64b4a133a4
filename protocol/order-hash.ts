import { type Address, type Hex, hashTypedData, type TypedDataDomain } from "viem";
import type { Order, Release } from "./order.ts";

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
