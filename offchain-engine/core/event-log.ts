/** Words of an event: its kind, then what it tells. */
export const EVENT_SHIFT = 3;

/**
 * The kinds of event, with the words that follow the kind. Amounts are lots or micro. `place` names a
 * level and its side: `market << 11 | side << 10 | tick`; `before` and `after` are its volume.
 */
export const EventKind = {
  /** The command's order rests: slot, place, before, after. */
  RESTS: 1,
  /** A resting order ends unfilled: slot, `EndReason`, place, before, after, owner of the lock. */
  ENDED: 2,
  /** The command's own order ends unfilled: `EndReason`. */
  COMMAND_ENDED: 3,
  /** The command's order meets a resting one: fill, maker's slot, tick, lots, fee, trade, before. */
  FILL: 4,
  /** An amendment takes its predecessor's place: slot, place, before, after. */
  LOWERED: 5,
  /** An account's cash moved or changed its state: account. */
  BALANCE: 6,
  /** So did an account's shares of a market: holding. */
  POSITION: 7,
  /** A market appeared or changed its state: market. */
  MARKET: 8,
  /** A fill went further on its way to the chain, and with it its owners' cash and shares: fill, `FillProgress`. */
  PROGRESS: 9,
  /** What the exchange takes has changed, or how long it will: phase. */
  EXCHANGE: 10,
  /** An account's dead man's switch went off: account. */
  SWITCHED_OFF: 11,
} as const;

/** Why an order ended before it was filled. */
export const EndReason = {
  EXPIRED: 0,
  USER: 1,
  FAK_REMAINDER: 2,
  SELF_TRADE: 3,
  MARKET_CLOSED: 4,
  CANCEL_FLOOR: 5,
  WITHDRAWAL: 6,
  DELEGATE_REMOVED: 7,
  REPLACED: 8,
  SETTLEMENT_SKIPPED: 9,
  HEARTBEAT: 10,
  FILL_LIMIT: 11,
} as const;
export type EndReason = (typeof EndReason)[keyof typeof EndReason];

/** Where a fill stands on its way to the chain. */
export const FillProgress = { SUBMITTED: 1, SETTLED: 2, SIMULATED: 3, SKIPPED: 4 } as const;
export type FillProgress = (typeof FillProgress)[keyof typeof FillProgress];

const INITIAL_EVENTS = 1 << 13;

// Bound here too, since V8 folds the constants of a file itself, and not those that it exports.
const SHIFT = EVENT_SHIFT;
const { ENDED, FILL } = EventKind;

/**
 * What commands did, in order, as plain numbers. Whoever runs the core reads the records and clears the
 * log, after each command or after many; it grows only when one reading holds more than ever before.
 */
export class EventLog {
  /** Event `i` begins at `i << EVENT_SHIFT`. */
  words = new Float64Array(INITIAL_EVENTS << EVENT_SHIFT);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add1(kind: number, a: number): void {
    const at = this.#next();
    this.words[at] = kind;
    this.words[at + 1] = a;
  }

  add2(kind: number, a: number, b: number): void {
    const at = this.#next();
    this.words[at] = kind;
    this.words[at + 1] = a;
    this.words[at + 2] = b;
  }

  addRest(kind: number, slot: number, place: number, before: number, after: number): void {
    const at = this.#next();
    const { words } = this;
    words[at] = kind;
    words[at + 1] = slot;
    words[at + 2] = place;
    words[at + 3] = before;
    words[at + 4] = after;
  }

  /** `owner`: an account whose cash is free again, or the complement (`~`) of a holding. */
  addEnd(
    slot: number,
    reason: number,
    place: number,
    before: number,
    after: number,
    owner: number,
  ): void {
    const at = this.#next();
    const { words } = this;
    words[at] = ENDED;
    words[at + 1] = slot;
    words[at + 2] = reason;
    words[at + 3] = place;
    words[at + 4] = before;
    words[at + 5] = after;
    words[at + 6] = owner;
  }

  addFill(
    fillSeq: number,
    maker: number,
    tick: number,
    lots: number,
    feeMicro: number,
    trade: number,
    before: number,
  ): void {
    const at = this.#next();
    const { words } = this;
    words[at] = FILL;
    words[at + 1] = fillSeq;
    words[at + 2] = maker;
    words[at + 3] = tick;
    words[at + 4] = lots;
    words[at + 5] = feeMicro;
    words[at + 6] = trade;
    words[at + 7] = before;
  }

  #next(): number {
    const at = this.count++ << SHIFT;
    if (at === this.words.length) {
      const wider = new Float64Array(this.words.length * 2);
      wider.set(this.words);
      this.words = wider;
    }
    return at;
  }
}
