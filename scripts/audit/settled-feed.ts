import type { SettledBatch, SettledFill } from "./settled-batches.ts";

/** Where a batch says the journal stood, and through which of the chain's fills it settled. */
export type Anchor = Omit<SettledBatch, "fills"> & { lastFill: number };

/** The chain's batches as two queues that are read at different paces: their fills, and their anchors. */
export class SettledFeed {
  readonly #batches: AsyncIterator<SettledBatch>;
  #fills: SettledFill[] = [];
  #anchors: Anchor[] = [];
  /** Fills of the batches read so far. */
  #fillCount = 0;
  batchCount = 0;

  constructor(batches: AsyncIterator<SettledBatch>) {
    this.#batches = batches;
  }

  /** The chain's next fill, settled or skipped; null when it has no more. */
  async nextFill(): Promise<SettledFill | null> {
    while (this.#fills.length === 0) if (!(await this.#read())) return null;
    return this.#fills.shift() as SettledFill;
  }

  /** The next batch's anchor, which stays until it is taken. */
  async peekAnchor(): Promise<Anchor | null> {
    if (this.#anchors.length === 0) await this.#read();
    return this.#anchors[0] ?? null;
  }

  takeAnchor(): void {
    this.#anchors.shift();
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#batches.next();
    if (done) return false;
    const { fills, ...batch } = value;
    this.batchCount++;
    this.#fillCount += fills.length;
    for (const fill of fills) this.#fills.push(fill);
    this.#anchors.push({ ...batch, lastFill: this.#fillCount });
    return true;
  }
}
