/**
 * Which accounts have an allowance of their own at a network. Whoever makes accounts by the hundred gets
 * no hundredfold allowance: behind the first `placesMax`, accounts share that of their network.
 */
export class AccountPlaces {
  readonly #placesMax: number;
  readonly #networksMax: number;
  readonly #idleMs: number;
  /** By network, by account: when it was last seen. The network that was idle longest comes first. */
  readonly #seen = new Map<string, Map<string, number>>();

  constructor(bounds: { placesMax: number; networksMax: number; idleMs: number }) {
    this.#placesMax = bounds.placesMax;
    this.#networksMax = bounds.networksMax;
    this.#idleMs = bounds.idleMs;
  }

  /** Whether the account has a place there, taking a free one if it had none. */
  take(network: string, account: string, nowMs: number): boolean {
    const accounts = this.#seen.get(network) ?? new Map<string, number>();
    this.#seen.delete(network);
    this.#seen.set(network, accounts);
    if (this.#seen.size > this.#networksMax) {
      this.#seen.delete(this.#seen.keys().next().value as string);
    }
    if (!accounts.has(account) && accounts.size >= this.#placesMax) this.#sweep(accounts, nowMs);
    if (!accounts.has(account) && accounts.size >= this.#placesMax) return false;
    accounts.delete(account);
    accounts.set(account, nowMs);
    return true;
  }

  /** The longest unseen come first. */
  #sweep(accounts: Map<string, number>, nowMs: number): void {
    for (const [account, lastMs] of accounts) {
      if (nowMs - lastMs < this.#idleMs) return;
      accounts.delete(account);
    }
  }
}
