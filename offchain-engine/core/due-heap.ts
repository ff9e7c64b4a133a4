import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/**
 * A binary min-heap of numbered things by the time at which they are due. Ties leave in order of number.
 * Each carries a note, such as where the thing lies.
 */
export class DueHeap {
  #times: number[] = [];
  #ids: number[] = [];
  #notes: number[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** The earliest time in the heap, or `Infinity`. A field: every command looks at it. */
  nextMs = Number.POSITIVE_INFINITY;

  /** The id that is due first; -1 when empty. */
  get nextId(): number {
    return this.#ids[0] ?? -1;
  }

  get nextNote(): number {
    return this.#notes[0] ?? -1;
  }

  push(dueMs: number, id: number, note = 0): void {
    this.#times.push(dueMs);
    this.#ids.push(id);
    this.#notes.push(note);
    let child = this.#ids.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
    this.nextMs = this.#times[0] as number;
  }

  pop(): void {
    const last = this.#ids.length - 1;
    if (last < 0) return;
    this.#swap(0, last);
    this.#times.pop();
    this.#ids.pop();
    this.#notes.pop();
    this.#sink(last);
    this.nextMs = this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  #sink(last: number): void {
    let parent = 0;
    for (;;) {
      let first = parent;
      for (let child = 2 * parent + 1; child <= 2 * parent + 2; child++) {
        if (child < last && this.#isBefore(child, first)) first = child;
      }
      if (first === parent) return;
      this.#swap(first, parent);
      parent = first;
    }
  }

  save(out: SnapshotWriter): void {
    for (const column of [this.#times, this.#ids, this.#notes]) {
      out.column(Float64Array.from(column));
    }
  }

  load(from: SnapshotReader): void {
    this.#times = Array.from(from.doubles());
    this.#ids = Array.from(from.doubles());
    this.#notes = Array.from(from.doubles());
    this.nextMs = this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Keeps only the ids that `isLive` names: what was cancelled early must not pile up. */
  prune(isLive: (id: number, note: number) => boolean): void {
    const times = this.#times;
    const ids = this.#ids;
    const notes = this.#notes;
    this.#times = [];
    this.#ids = [];
    this.#notes = [];
    this.nextMs = Number.POSITIVE_INFINITY;
    for (const [i, id] of ids.entries()) {
      const note = notes[i] as number;
      if (isLive(id, note)) this.push(times[i] as number, id, note);
    }
  }

  #isBefore(a: number, b: number): boolean {
    const byTime = (this.#times[a] as number) - (this.#times[b] as number);
    return byTime !== 0 ? byTime < 0 : (this.#ids[a] as number) < (this.#ids[b] as number);
  }

  #swap(a: number, b: number): void {
    swap(this.#times, a, b);
    swap(this.#ids, a, b);
    swap(this.#notes, a, b);
  }
}

function swap(column: number[], a: number, b: number): void {
  const kept = column[a] as number;
  column[a] = column[b] as number;
  column[b] = kept;
}
