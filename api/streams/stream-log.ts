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
  /** Frames that went without the budget's doing, and are still in its order. */
  #strays = 0;

  constructor(budget: FrameBudget, seq: number) {
    this.#budget = budget;
    this.lastSeq = seq;
    this.#baseSeq = seq;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.lastSeq = frame.seq;
    this.#budget.added(this, frame.weight);
    if (this.#frames.length - this.#start > this.#budget.maxFramesPerStream) {
      this.dropOldest();
      this.#strays += 1;
    }
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
    this.#strays += this.#frames.length - this.#start;
    this.#frames.length = 0;
    this.#start = 0;
    this.#baseSeq = seq;
    this.lastSeq = seq;
  }

  /** Whether the eldest place that it has in the budget's order is of a frame that is gone; if so, it is given up. */
  takeStray(): boolean {
    if (this.#strays === 0) return false;
    this.#strays -= 1;
    return true;
  }
}

/** Places in the budget's order that may be those of frames that are gone, beside as many as there are frames. */
const STRAYS_MAX = 1000;

/** What all logs together may hold; the oldest frames go first, whatever their stream. */
export class FrameBudget {
  readonly maxFramesPerStream: number;
  readonly #maxBytes: number;
  readonly #maxFrames: number;
  /** Of each frame the log that it is in, eldest first. A log drops its own eldest first too. */
  #order: StreamLog[] = [];
  #head = 0;
  #bytes = 0;
  #frames = 0;

  constructor(options: { maxFramesPerStream: number; maxBytes: number; maxFrames: number }) {
    this.maxFramesPerStream = options.maxFramesPerStream;
    this.#maxBytes = options.maxBytes;
    this.#maxFrames = options.maxFrames;
  }

  added(log: StreamLog, bytes: number): void {
    this.#order.push(log);
    this.#bytes += bytes;
    this.#frames += 1;
    while (this.#bytes > this.#maxBytes || this.#frames > this.#maxFrames) this.#dropEldest();
    if (this.#order.length > 2 * this.#frames + STRAYS_MAX) this.#tidy();
  }

  removed(bytes: number): void {
    this.#bytes -= bytes;
    this.#frames -= 1;
  }

  #dropEldest(): void {
    const eldest = this.#order[this.#head] as StreamLog;
    this.#head += 1;
    if (!eldest.takeStray()) eldest.dropOldest();
  }

  /** Gives up the places before the head and those of frames that are gone. */
  #tidy(): void {
    const order: StreamLog[] = [];
    for (let at = this.#head; at < this.#order.length; at++) {
      const log = this.#order[at] as StreamLog;
      if (!log.takeStray()) order.push(log);
    }
    this.#order = order;
    this.#head = 0;
  }
}
