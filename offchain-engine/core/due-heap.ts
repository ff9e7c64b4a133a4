/** A binary min-heap of ids by the time at which they are due. Ties leave in order of id. */
export class DueHeap {
  #times: number[] = [];
  #ids: number[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** The earliest time in the heap, or `Infinity`. */
  get nextMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The id that is due first; -1 when empty. */
  get nextId(): number {
    return this.#ids[0] ?? -1;
  }

  push(dueMs: number, id: number): void {
    this.#times.push(dueMs);
    this.#ids.push(id);
    let child = this.#ids.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  pop(): void {
    const last = this.#ids.length - 1;
    if (last < 0) return;
    this.#swap(0, last);
    this.#times.pop();
    this.#ids.pop();
    let parent = 0;
    for (;;) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < last && this.#isBefore(child, first)) first = child;
      }
      if (first === parent) return;
      this.#swap(first, parent);
      parent = first;
    }
  }

  /** Keeps only the ids that `isLive` names: what was cancelled early must not pile up. */
  prune(isLive: (id: number) => boolean): void {
    const times = this.#times;
    const ids = this.#ids;
    this.#times = [];
    this.#ids = [];
    for (const [i, id] of ids.entries()) if (isLive(id)) this.push(times[i] as number, id);
  }

  #isBefore(a: number, b: number): boolean {
    const byTime = (this.#times[a] as number) - (this.#times[b] as number);
    return byTime !== 0 ? byTime < 0 : (this.#ids[a] as number) < (this.#ids[b] as number);
  }

  #swap(a: number, b: number): void {
    const time = this.#times[a] as number;
    this.#times[a] = this.#times[b] as number;
    this.#times[b] = time;
    const id = this.#ids[a] as number;
    this.#ids[a] = this.#ids[b] as number;
    this.#ids[b] = id;
  }
}
