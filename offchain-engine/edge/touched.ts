/** What one command changed: from it the events and the projection's rows are made, once each. */
export class Touched {
  /** Records. */
  readonly orders = new Set<number>();
  /** The record of the order that the command placed under a nonce never used: it has no row yet. */
  placed: number | null = null;
  /** The record of the command's own order; null when it placed none. */
  own: number | null = null;
  /** Whether that order took the place of another. */
  amends = false;
  /** By `fillSeq`. */
  readonly fills = new Set<number>();
  /** Fills that the command itself matched, in order. */
  readonly newFills: number[] = [];
  /** Accounts whose cash moved. */
  readonly balances = new Set<number>();
  readonly holdings = new Set<number>();
  readonly markets = new Set<number>();
  /** Accounts whose dead man's switch went off. */
  readonly switchedOff = new Set<number>();
  /** Whether what the exchange takes has changed. */
  exchange = false;
  /** Volume before the command of each level that it touched, by `market << 11 | side << 10 | tick`. */
  readonly levels = new Map<number, number>();

  readonly #all = [
    this.orders,
    this.fills,
    this.balances,
    this.holdings,
    this.markets,
    this.switchedOff,
    this.levels,
  ];

  /** Remembers a level as it was before the command first touched it. */
  level(place: number, lotsBefore: number): void {
    if (!this.levels.has(place)) this.levels.set(place, lotsBefore);
  }

  clear(): void {
    this.placed = null;
    this.own = null;
    this.amends = false;
    this.newFills.length = 0;
    this.exchange = false;
    // Emptying an empty set takes as long as a full one, and most of these are empty.
    for (const one of this.#all) if (one.size > 0) one.clear();
  }
}
