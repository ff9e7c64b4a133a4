import { isPostOnly, needsExpiry, TimeInForce } from "../../protocol/order.ts";

/** What a resting order of the same maker meets. */
export const SelfTrade = { CANCEL_RESTING: 0, CANCEL_TAKER: 1, CANCEL_BOTH: 2 } as const;
export type SelfTrade = (typeof SelfTrade)[keyof typeof SelfTrade];

/** `replaces` of an order that amends none. */
export const NO_REPLACED = -1;

/**
 * An order as the core takes it, one object that its owner fills anew for each. Numbers are integers; what
 * only names and signatures can tell is told by the last four.
 */
export interface PlaceTerms {
  /** `NO_ACCOUNT` for one that was never seen. */
  account: number;
  /** `NO_MARKET` for one that was never seen. */
  market: number;
  outcome: number;
  side: number;
  priceTicks: number;
  quantityLots: number;
  timeInForce: number;
  maxFeeBps: number;
  expirySeconds: number;
  /** The halves of the nonce, unsigned. */
  nonceHigh: number;
  nonceLow: number;
  selfTrade: number;
  /** Slot of the maker's own resting order of the same nonce, or `NO_REPLACED`. */
  replaces: number;
  /** A `Refusal` of an amendment whose order does not rest; 0 otherwise. */
  replacesRefusal: number;
  isWellFormed: boolean;
  isSignerAllowed: boolean;
  isClientIdUsed: boolean;
}

const OUTCOME_BIT = 1;
const TIF_SHIFT = 2;
const FEE_SHIFT = 5;
const EXPIRY_SHIFT = 21;

/** An order of no account in no market, to be filled in. */
export function blankTerms(): PlaceTerms {
  return {
    account: 0,
    market: 0,
    outcome: 0,
    side: 0,
    priceTicks: 0,
    quantityLots: 0,
    timeInForce: 0,
    maxFeeBps: 0,
    expirySeconds: 0,
    nonceHigh: 0,
    nonceLow: 0,
    selfTrade: 0,
    replaces: NO_REPLACED,
    replacesRefusal: 0,
    isWellFormed: true,
    isSignerAllowed: true,
    isClientIdUsed: false,
  };
}

/** Side (bit 0), outcome (1), time in force (2–4), fee cap (5–20), top byte of the expiry (21–28). */
export function packTerms(terms: PlaceTerms): number {
  const expiryHigh = terms.expirySeconds > 0xffff_ffff ? (terms.expirySeconds / 2 ** 32) & 0xff : 0;
  return (
    terms.side |
    (terms.outcome << OUTCOME_BIT) |
    (terms.timeInForce << TIF_SHIFT) |
    (terms.maxFeeBps << FEE_SHIFT) |
    (expiryHigh << EXPIRY_SHIFT)
  );
}

/** 0 BUY, 1 SELL. */
export function packedSide(packed: number): number {
  return packed & 1;
}

/** 1 YES, 0 NO. */
export function packedOutcome(packed: number): number {
  return (packed >> OUTCOME_BIT) & 1;
}

export function packedTimeInForce(packed: number): number {
  return (packed >> TIF_SHIFT) & 7;
}

export function packedMaxFeeBps(packed: number): number {
  return (packed >> FEE_SHIFT) & 0xffff;
}

/** Whether the order has an expiry. */
export function isPackedDated(packed: number): boolean {
  const timeInForce = (packed >> TIF_SHIFT) & 7;
  return timeInForce === TimeInForce.GTD || timeInForce === TimeInForce.POST_ONLY_GTD;
}

/** Unix seconds; 0 for none. */
export function packedExpiry(packed: number, low: number): number {
  return ((packed >> EXPIRY_SHIFT) & 0xff) * 2 ** 32 + (low >>> 0);
}

/** Whether such an order must name its expiry. */
export function isDated(timeInForce: number): boolean {
  return needsExpiry(timeInForce as TimeInForce);
}

/** Whether such an order refuses to take. */
export function onlyMakes(timeInForce: number): boolean {
  return isPostOnly(timeInForce as TimeInForce);
}

/** Whether what does not fill at once stays in the book. */
export function mayRest(timeInForce: number): boolean {
  return timeInForce !== TimeInForce.FOK && timeInForce !== TimeInForce.FAK;
}
