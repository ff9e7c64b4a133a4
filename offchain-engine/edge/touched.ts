/** What one command changed: from it the events and the projection's rows are made, once each. */
export class Touched {
  /** Records. */
  readonly orders = new Set<number>();
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

  /** Remembers a level as it was before the command first touched it. */
  level(place: number, lotsBefore: number): void {
    if (!this.levels.has(place)) this.levels.set(place, lotsBefore);
  }

  clear(): void {
    this.orders.clear();
    this.fills.clear();
    this.newFills.length = 0;
    this.balances.clear();
    this.holdings.clear();
    this.markets.clear();
    this.switchedOff.clear();
    this.exchange = false;
    this.levels.clear();
  }
}
