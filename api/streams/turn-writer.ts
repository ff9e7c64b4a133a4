/** Something that has been holding its writes back since it was given to a `TurnWriter`. */
export interface HeldWrites {
  /** Lets them go, in one write to the kernel. */
  release(): void;
}

/** Releases of one turn: they take some 7 µs each, and requests should not wait for thousands of them. */
const RELEASES_PER_TURN = 500;

/**
 * Lets what one turn of the event loop sent to a connection share one write: that write is nearly all
 * that a message costs. Where there are more connections than one turn serves, the later ones wait for
 * the next, and what comes meanwhile joins their write: the busier the server, the larger its writes.
 */
export class TurnWriter {
  #held: HeldWrites[] = [];
  #next = 0;
  #isScheduled = false;

  /** Promises to release `writes` soon. */
  hold(writes: HeldWrites): void {
    this.#held.push(writes);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#release);
  }

  readonly #release = (): void => {
    const end = Math.min(this.#held.length, this.#next + RELEASES_PER_TURN);
    while (this.#next < end) (this.#held[this.#next++] as HeldWrites).release();
    if (this.#next < this.#held.length) {
      setImmediate(this.#release);
      return;
    }
    this.#held = [];
    this.#next = 0;
    this.#isScheduled = false;
  };
}
