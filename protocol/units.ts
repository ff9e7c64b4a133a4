/**
 * The units of the exchange. Everything is an integer; nothing here returns a float.
 *
 * - price: tick = 0.001 collateral per share, 1 … 999 (`PriceTicks`)
 * - quantity: lot = 0.01 share, 1 … 2³²−2 per order (`QuantityLots`)
 * - cash: micro = 10⁻⁶ collateral; `bigint` at the edges, a safe integer inside the engine
 */

/** Ticks in one collateral: YES price + NO price. */
export const PRICE_SCALE = 1000;
export const MIN_PRICE_TICKS = 1;
export const MAX_PRICE_TICKS = PRICE_SCALE - 1;
/** 2³²−1 marks a finally cancelled order on chain, so an order's quantity stays below it. */
export const MAX_QUANTITY_LOTS = 0xffff_fffe;
export const LOTS_PER_SHARE = 100;
export const MICRO_PER_COLLATERAL = 1_000_000n;
/** What one YES lot plus one NO lot is worth. */
export const MICRO_PER_LOT = 10_000;
/** Micro paid for one lot at one tick: price × quantity × 10. */
export const MICRO_PER_TICK_LOT = 10;
export const BPS_SCALE = 10_000;
/** The most that escrow ever holds (the contract refuses more): every balance is a safe integer. */
export const MAX_ESCROW_MICRO = BigInt(Number.MAX_SAFE_INTEGER);

export type Outcome = 0 | 1;
export const Outcome = { NO: 0, YES: 1 } as const;
export type Side = 0 | 1;
export const Side = { BUY: 0, SELL: 1 } as const;

/** Cost in micro of `quantityLots` at `priceTicks`. Exact, and a safe integer for every valid order. */
export function costMicro(priceTicks: number, quantityLots: number): number {
  return priceTicks * quantityLots * MICRO_PER_TICK_LOT;
}

/**
 * Fee in micro, rounded down, on `min(price, 1000 − price)`, so that YES and NO pay alike.
 * Exact for every valid order: the product passes 2⁵³ only beyond what an order may hold, hence bigint there.
 */
export function feeMicroDown(priceTicks: number, quantityLots: number, feeBps: number): number {
  const base = costMicro(Math.min(priceTicks, PRICE_SCALE - priceTicks), quantityLots);
  const product = base * feeBps;
  if (Number.isSafeInteger(product)) return Math.floor(product / BPS_SCALE);
  return Number((BigInt(base) * BigInt(feeBps)) / BigInt(BPS_SCALE));
}

/** The price of the same order on the YES ladder. */
export function yesPriceTicks(outcome: Outcome, priceTicks: number): number {
  return outcome === Outcome.YES ? priceTicks : PRICE_SCALE - priceTicks;
}

/** Whether an order rests on the bid side of the YES ladder: BUY YES or SELL NO. */
export function isBid(outcome: Outcome, side: Side): boolean {
  return (outcome === Outcome.YES) === (side === Side.BUY);
}

function parseDecimal(text: string, decimals: number, what: string): bigint {
  const match = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  const fraction = match?.[2] ?? "";
  if (!match || fraction.replace(/0+$/, "").length > decimals) {
    throw new RangeError(`${what} "${text}" is not a decimal with at most ${decimals} places`);
  }
  return BigInt(match[1] + fraction.padEnd(decimals, "0").slice(0, decimals));
}

function formatDecimal(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  const whole = digits.slice(0, -decimals);
  return `${value < 0n ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** `"0.625"` → 625. @throws RangeError outside 0.001 … 0.999 or off the tick. */
export function parsePrice(text: string): number {
  const ticks = Number(parseDecimal(text, 3, "price"));
  if (ticks < MIN_PRICE_TICKS || ticks > MAX_PRICE_TICKS) {
    throw new RangeError(`price "${text}" is outside 0.001 … 0.999`);
  }
  return ticks;
}

/** 625 → `"0.625"`. */
export function formatPrice(priceTicks: number): string {
  return formatDecimal(BigInt(priceTicks), 3);
}

/** `"12.5"` shares → 1250 lots. @throws RangeError outside 0.01 … 42,949,672.94 or finer than a lot. */
export function parseShares(text: string): number {
  const lots = Number(parseDecimal(text, 2, "quantity"));
  if (lots < 1 || lots > MAX_QUANTITY_LOTS) {
    throw new RangeError(`quantity "${text}" is outside 0.01 … 42949672.94 shares`);
  }
  return lots;
}

/** 1250 lots → `"12.5"` shares. */
export function formatShares(quantityLots: number | bigint): string {
  return formatDecimal(BigInt(quantityLots), 2);
}

/** `"10.25"` collateral → 10250000n micro. @throws RangeError when finer than a micro. */
export function parseCollateral(text: string): bigint {
  return parseDecimal(text, 6, "amount");
}

/** 10250000n micro → `"10.25"` collateral. */
export function formatCollateral(micro: bigint | number): string {
  return formatDecimal(BigInt(micro), 6);
}
