/** A block of the chain by its number and hash; null before the first block. */
export interface ChainPlace {
  number: number;
  hash: string | null;
}

/** So many of them at least are remembered. */
const MOST = 256;

/** Blocks that were seen on the chain lately, whether or not anything happened in them. */
export class SeenBlocks {
  /** Oldest first. */
  #places: ChainPlace[] = [];

  /** A block newer than all before. */
  add(place: ChainPlace): void {
    this.#places.push(place);
    if (this.#places.length > 2 * MOST) this.#places = this.#places.slice(-MOST);
  }

  /** The chain has none of the blocks after that number. */
  dropAfter(number: number): void {
    this.#places = this.#places.filter((place) => place.number <= number);
  }

  newestFirst(): ChainPlace[] {
    return this.#places.toReversed();
  }
}
