import type { ErrorCode } from "../protocol/errors.ts";
import {
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MIN_PRICE_TICKS,
  parseCollateral,
  parsePrice,
  parseShares,
} from "../protocol/units.ts";
import { AgonError } from "./agon-error.ts";

/** A price as text in collateral per share (`"0.625"`) or as an integer of ticks (`625`). */
export type PriceInput = string | number;
/** A quantity as text in shares (`"12.5"`) or as an integer of lots (`1250`). */
export type QuantityInput = string | number;
/** An amount as text in collateral (`"10.25"`) or as a bigint of micro (`10250000n`). */
export type AmountInput = string | bigint;

function parsed<T>(code: ErrorCode, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AgonError(code, { detail, cause });
  }
}

function integerWithin(code: ErrorCode, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new AgonError(code, {
    detail: `${value} is no integer of ${min} … ${max}; write a decimal as text.`,
  });
}

/** @throws AgonError `price_out_of_range` */
export function toPriceTicks(price: PriceInput): number {
  const code = "price_out_of_range";
  if (typeof price === "string") return parsed(code, () => parsePrice(price));
  return integerWithin(code, price, MIN_PRICE_TICKS, MAX_PRICE_TICKS);
}

/** @throws AgonError `quantity_out_of_range` */
export function toQuantityLots(quantity: QuantityInput): number {
  const code = "quantity_out_of_range";
  if (typeof quantity === "string") return parsed(code, () => parseShares(quantity));
  return integerWithin(code, quantity, 1, MAX_QUANTITY_LOTS);
}

/** @throws AgonError `amount_invalid` when zero, negative or finer than a micro */
export function toAmountMicro(amount: AmountInput): bigint {
  const code = "amount_invalid";
  // From JavaScript a number may come, and its digits would pass as text.
  if (typeof amount !== "bigint" && typeof amount !== "string") {
    throw new AgonError(code, { detail: "Write the amount as text, or as a bigint of micro." });
  }
  const micro = typeof amount === "bigint" ? amount : parsed(code, () => parseCollateral(amount));
  if (micro <= 0n) throw new AgonError(code, { detail: "The amount is not positive." });
  return micro;
}
