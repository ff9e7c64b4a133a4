import { formatCollateral, formatPrice, formatShares } from "../../sdk/index.ts";

/** CCXT's numbers out of the exchange's integers: the nearest float to the exact decimal. */
export const priceOf = (ticks: number) => Number(formatPrice(ticks));
export const sharesOf = (lots: number | bigint | string) => Number(formatShares(BigInt(lots)));
export const moneyOf = (micro: bigint | string | number) => Number(formatCollateral(BigInt(micro)));

/** `null` of the exchange is CCXT's undefined. */
export function known<T, U>(value: T | null | undefined, convert: (value: T) => U): U | undefined {
  return value === null || value === undefined ? undefined : convert(value);
}

/**
 * The decimal that a float of CCXT stands for, with at most `places` places.
 * @throws RangeError when it has more: what is signed is what was asked for, or nothing
 */
export function decimalOf(value: number, places: number): string {
  const text = value.toFixed(places);
  if (Number(text) !== value) throw new RangeError(`${value} has more than ${places} places.`);
  return text;
}

export function datetimeOf(timestamp: number): string {
  return new Date(timestamp).toISOString();
}

/** A YES price in ticks as that of the outcome. */
export function ticksOf(label: "YES" | "NO", yesTicks: number): number {
  return label === "YES" ? yesTicks : 1000 - yesTicks;
}
