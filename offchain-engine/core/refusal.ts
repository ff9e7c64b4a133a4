/** Why the core takes an order, a cancel or a release not. `NONE`: it took it. */
export const Refusal = {
  NONE: 0,
  MARKET_UNKNOWN: 1,
  MARKET_NOT_OPEN: 2,
  TRADING_PAUSED: 3,
  VALIDATION_FAILED: 4,
  PRICE_OUT_OF_RANGE: 5,
  PRICE_OFF_STEP: 6,
  QUANTITY_OUT_OF_RANGE: 7,
  EXPIRY_REQUIRED: 8,
  EXPIRY_UNEXPECTED: 9,
  EXPIRED: 10,
  FEE_CAP_TOO_LOW: 11,
  SIGNATURE_INVALID: 12,
  NONCE_BELOW_FLOOR: 13,
  NONCE_USED: 14,
  /** An amendment of an order that the engine does not know. */
  REPLACED_UNKNOWN: 15,
  /** An amendment of another market, outcome or side. */
  REPLACED_DIFFERS: 16,
  /** An amendment of an order that has ended. */
  REPLACED_NOT_OPEN: 17,
  /** An amendment to no more than what has filled. */
  REPLACED_FILLED: 18,
  CLIENT_ID_USED: 19,
  SELF_TRADE: 20,
  POST_ONLY_WOULD_CROSS: 21,
  FOK_NOT_FILLED: 22,
  INSUFFICIENT_CASH: 23,
  INSUFFICIENT_SHARES: 24,
  TOO_MANY_OPEN_ORDERS: 25,
  /** As many fills are unsettled as may be. */
  UNSETTLED_FILLS: 26,
  RELEASE_EXCEEDS_SETTLED: 27,
  TOO_MANY_RELEASES: 28,
  CANCEL_ONLY: 29,
  POST_ONLY: 30,
  /** The oldest unsettled fill is too old. */
  UNSETTLED_AGE: 31,
  /** Unsettled fills are worth too much. */
  UNSETTLED_VALUE: 32,
  /** The account itself took too many of the unsettled fills. */
  UNSETTLED_SHARE: 33,
  /** A batch that had settled has to settle again. */
  AWAITS_RESETTLEMENT: 34,
  /** What the account itself took of the unsettled fills is worth too much. */
  UNSETTLED_VALUE_SHARE: 35,
} as const;
export type Refusal = (typeof Refusal)[keyof typeof Refusal];
