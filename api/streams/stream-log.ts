/** A data frame as it goes out, serialised and framed once for all its readers. */
export interface Frame {
  readonly seq: number;
  readonly prev: number;
  /** About how many bytes it takes, here and on the wire. */
  readonly weight: number;
  readonly bytes: Buffer;
}

/**
 * The latest frames of one stream, for `resume`. Bounded by its own count and, over all streams, by
 * the budget that it belongs to.
 */
export class StreamLog {
  /** The last frame's `seq`, or where the stream stood when the log began. */
  lastSeq: number;
  readonly #budget: FrameBudget;
  readonly #frames: Frame[] = [];
  #start = 0;
  #baseSeq: number;

  constructor(budget: FrameBudget, seq: number) {
    this.#budget = budget;
    this.lastSeq = seq;
    this.#baseSeq = seq;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.lastSeq = frame.seq;
    this.#budget.added(this, frame.weight);
    if (this.#frames.length - this.#start > this.#budget.maxFramesPerStream) this.dropOldest();
  }

  /** The frames after `after`, or null when the log does not reach back (or forward) that far. */
  after(after: number): Frame[] | null {
    if (after < this.#baseSeq || after > this.lastSeq) return null;
    let from = this.#frames.length;
    while (from > this.#start && (this.#frames[from - 1] as Frame).seq > after) from -= 1;
    return this.#frames.slice(from);
  }

  dropOldest(): void {
    const oldest = this.#frames[this.#start];
    if (!oldest) return;
    this.#start += 1;
    this.#baseSeq = oldest.seq;
    this.#budget.removed(oldest.weight);
    // Cut in halves, so that dropping costs little per frame.
    if (this.#start * 2 > this.#frames.length) {
      this.#frames.splice(0, this.#start);
      this.#start = 0;
    }
  }

  /** Starts over at `seq`: what went before is no longer known to be whole. */
  reset(seq: number): void {
    for (const frame of this.#frames.slice(this.#start)) this.#budget.removed(frame.weight);
    this.#frames.length = 0;
    this.#start = 0;
    this.#baseSeq = seq;
    this.lastSeq = seq;
  }
}

/** What all logs together may hold; the oldest frames go first, whatever their stream. */
export class FrameBudget {
  readonly maxFramesPerStream: number;
  readonly #maxBytes: number;
  readonly #maxFrames: number;
  #order: StreamLog[] = [];
  #head = 0;
  #bytes = 0;

  constructor(options: { maxFramesPerStream: number; maxBytes: number; maxFrames: number }) {
    this.maxFramesPerStream = options.maxFramesPerStream;
    this.#maxBytes = options.maxBytes;
    this.#maxFrames = options.maxFrames;
  }

  added(log: StreamLog, bytes: number): void {
    this.#order.push(log);
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes || this.#order.length - this.#head > this.#maxFrames) {
      (this.#order[this.#head] as StreamLog).dropOldest();
      this.#head += 1;
    }
    if (this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
  }

  removed(bytes: number): void {
    this.#bytes -= bytes;
  }
}
