/** Words of a command: `op | side << 8 | kind << 16`, market, price, quantity, order id, account. */
export const COMMAND_WORDS = 6;
export const OP_LIMIT = 0;
export const OP_CANCEL = 1;
/** A limit order that takes: priced to fill completely. */
export const KIND_AGGRESSIVE = 1;

/** Facts that tell whether an engine matched a stream as it should. */
export interface StreamFacts {
  fills: number;
  tradedLots: number;
  liveOrders: number;
  /** FNV over (maker, taker, price, quantity) of each fill. */
  tradeDigest: number;
  /** FNV over (bid volume, ask volume) of each market and price. */
  bookDigest: number;
}

/** A stream of commands: `prefill` of them build the books, the rest is timed. */
export interface CommandStream {
  /** `COMMAND_WORDS` a command, shareable between threads. */
  words: Int32Array;
  prefill: number;
  commands: number;
  markets: number;
  /** Order ids count from 1 to this. */
  lastOrderId: number;
  /** Limit orders that rest, cancels, and orders that take, of those timed. */
  mix: { rests: number; cancels: number; takes: number };
  facts: StreamFacts;
}

export const DIGEST_START = 0x811c9dc5;

/** One step of FNV-1a over whole words. */
export function digestStep(digest: number, word: number): number {
  return Math.imul(digest ^ word, 16777619);
}
