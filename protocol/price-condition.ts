import { type Address, encodeAbiParameters, type Hex } from "viem";

/** What decides a price-feed market, as its resolver numbers it. */
export const CONDITION_KIND = {
  price_at_or_above: 1,
  price_within: 2,
  price_below: 3,
} as const;

/** `Condition` of the price-feed resolver. `price` in the feed's own unit; `bandBps` 0 but for a band. */
export interface PriceCondition {
  feed: Address;
  kind: number;
  bandBps: number;
  price: bigint;
}

const CONDITION = [
  {
    type: "tuple",
    components: [
      { name: "feed", type: "address" },
      { name: "kind", type: "uint8" },
      { name: "bandBps", type: "uint16" },
      { name: "price", type: "int256" },
    ],
  },
] as const;

/** The `resolverData` with which a market of the price-feed resolver is created. */
export function encodePriceCondition(condition: PriceCondition): Hex {
  return encodeAbiParameters(CONDITION, [condition]);
}
