/** How many connections each address has. Holds only the addresses that have any. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more, and returns how many there are now. */
  add(address: string): number {
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count;
  }

  remove(address: string): void {
    const count = (this.#counts.get(address) ?? 0) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
