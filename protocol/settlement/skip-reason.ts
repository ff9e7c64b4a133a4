/**
 * Why a fill was skipped, by the low seven bits of the `reason` of `FillSkipped`: the table of
 * `contracts/libraries/SkipReason.sol`.
 */
export const SkipReason = {
  signature_invalid: 1,
  time_in_force_invalid: 2,
  price_invalid: 3,
  quantity_invalid: 4,
  expired: 5,
  nonce_below_floor: 6,
  market_not_open: 7,
  market_closed: 8,
  self_trade: 9,
  markets_differ: 10,
  sides_equal: 11,
  fill_quantity_zero: 12,
  fill_price_invalid: 13,
  order_cancelled: 14,
  overfilled: 15,
  limit_exceeded: 16,
  fee_above_cap: 17,
  cash_short: 18,
  shares_short: 19,
  post_only: 20,
} as const;
export type SkipReasonName = keyof typeof SkipReason;

/** Set in a reason when the maker's order is at fault. */
export const SKIP_REASON_MAKER = 0x80;

/** Faults of the two orders' meeting rather than of one of them. */
const MEETING: ReadonlySet<number> = new Set([
  SkipReason.self_trade,
  SkipReason.markets_differ,
  SkipReason.sides_equal,
  SkipReason.fill_quantity_zero,
  SkipReason.fill_price_invalid,
]);

const NAMES = new Map<number, SkipReasonName>(
  Object.entries(SkipReason).map(([name, code]) => [code, name as SkipReasonName]),
);

/** Whose order a reason blames; null when the two do not meet, or for a reason not in the table. */
export function skipReasonFault(reason: number): "taker" | "maker" | null {
  const code = reason & ~SKIP_REASON_MAKER;
  if (!NAMES.has(code) || MEETING.has(code)) return null;
  return (reason & SKIP_REASON_MAKER) === 0 ? "taker" : "maker";
}

/** A reason in a word: `maker_cash_short`, `taker_expired`, `self_trade`; `unknown_77` when it is not in the table. */
export function skipReasonName(reason: number): string {
  const name = NAMES.get(reason & ~SKIP_REASON_MAKER);
  if (name === undefined) return `unknown_${reason}`;
  const fault = skipReasonFault(reason);
  return fault === null ? name : `${fault}_${name}`;
}
