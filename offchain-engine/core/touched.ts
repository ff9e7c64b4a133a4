/** What one command changed: from it the events and the projection's rows are made, once each. */
export class Touched {
  readonly orders = new Set<number>();
  readonly fills = new Set<number>();
  /** Fills that the command itself matched, in order. */
  readonly newFills: number[] = [];
  /** Accounts whose cash moved. */
  readonly balances = new Set<number>();
  readonly holdings = new Set<number>();
  readonly markets = new Set<number>();
  /** Markets whose book may have changed. */
  readonly books = new Set<number>();

  clear(): void {
    this.orders.clear();
    this.fills.clear();
    this.newFills.length = 0;
    this.balances.clear();
    this.holdings.clear();
    this.markets.clear();
    this.books.clear();
  }
}
