import { assert } from "../core/assert.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

const INITIAL_PLACES = 1 << 10;

/** Records of orders that ended, in the order in which they did: a ring, the first to leave first. */
export class FinishedOrders {
  #ring = new Int32Array(INITIAL_PLACES);
  #first = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(record: number): void {
    if (this.#count === this.#ring.length) {
      const ring = new Int32Array(2 * this.#ring.length);
      this.#copyTo(ring);
      this.#ring = ring;
      this.#first = 0;
    }
    this.#ring[(this.#first + this.#count++) & (this.#ring.length - 1)] = record;
  }

  shift(): number {
    assert(this.#count > 0, "only what is finished is forgotten");
    const record = this.#ring[this.#first] as number;
    this.#first = (this.#first + 1) & (this.#ring.length - 1);
    this.#count--;
    return record;
  }

  save(out: SnapshotWriter): void {
    const records = new Int32Array(this.#count);
    this.#copyTo(records);
    out.column(records);
  }

  load(from: SnapshotReader): void {
    for (const record of from.ints()) this.push(record);
  }

  #copyTo(target: Int32Array): void {
    for (let i = 0; i < this.#count; i++) {
      target[i] = this.#ring[(this.#first + i) & (this.#ring.length - 1)] as number;
    }
  }
}
