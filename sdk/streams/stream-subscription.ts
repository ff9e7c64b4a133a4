import { errorStatus, isErrorCode } from "../../protocol/errors.ts";
import type { ClientFrame } from "../../protocol/wire/stream-request.ts";
import { AgonError } from "../agon-error.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** What a stream lived through; for curiosity and tests. */
export interface StreamStatistics {
  snapshots: number;
  resumes: number;
  duplicates: number;
  gaps: number;
  corruptions: number;
}

export interface SubscriptionEvents<State> {
  changed(state: State): void;
  /** A snapshot took the place of what was known; `previous` is null when nothing was. */
  begun(state: State, previous: State | null): void;
  failed(error: AgonError): void;
  /** Asking again on this connection did not help: a new one is wanted. */
  reconnect(): void;
}

/** Asked so often without progress, the connection itself is given up. */
const MAX_FRUITLESS_ASKS = 5;
/** An answer that is still missing after so many heartbeats is asked for again. */
const PATIENCE_HEARTBEATS = 2;

type Phase = "idle" | "awaits_snapshot" | "awaits_resume" | "live";

/**
 * One stream: checks that each frame follows the last, and mends what does not. A gap is resumed
 * from the last good `seq`; a wrong checksum or a frame that breaks the schema leads to a fresh
 * snapshot. What it shows has therefore always been complete and correct up to `lastSeq`.
 */
export class StreamSubscription<State> {
  readonly statistics: StreamStatistics = {
    snapshots: 0,
    resumes: 0,
    duplicates: 0,
    gaps: 0,
    corruptions: 0,
  };
  state: State | null = null;
  lastSeq = 0;
  failure: AgonError | null = null;
  #phase: Phase = "idle";
  #send: ((frame: ClientFrame) => void) | null = null;
  #fruitlessAsks = 0;
  #heartbeatsWaited = 0;
  readonly definition: StreamDefinition<State>;
  readonly #events: SubscriptionEvents<State>;

  constructor(definition: StreamDefinition<State>, events: SubscriptionEvents<State>) {
    this.definition = definition;
    this.#events = events;
  }

  /** A connection stands: takes the stream up where it was left. */
  connected(send: (frame: ClientFrame) => void): void {
    this.#send = send;
    this.#fruitlessAsks = 0;
    if (this.state === null) this.#askSnapshot();
    else this.#askResume();
  }

  disconnected(): void {
    this.#send = null;
    this.#phase = "idle";
  }

  /** A frame of this stream, as parsed from JSON. */
  take(frame: { type: string } & Record<string, unknown>): void {
    if (this.#phase === "idle" || this.failure !== null) return;
    if (frame.type === "error") {
      this.#takeError(frame);
      return;
    }
    if (frame.type === "resumed") {
      if (this.#phase === "awaits_resume") this.#phase = "live";
      return;
    }
    if (frame.type === "unsubscribed") return;
    if (frame.type === "snapshot") {
      this.#takeSnapshot(frame);
      return;
    }
    this.#takeFrame(frame);
  }

  /**
   * The server says where the stream stands: beyond what is known, frames were lost on the way;
   * short of it, the server tells another story than it told before.
   */
  heartbeat(seq: number | undefined): void {
    if (this.#phase === "live") {
      if (seq === undefined || seq > this.lastSeq) this.#gap();
      else if (seq < this.lastSeq) this.#corruption();
      return;
    }
    if (this.#phase === "idle" || ++this.#heartbeatsWaited < PATIENCE_HEARTBEATS) return;
    this.#askSnapshot();
  }

  /** Puts in what was learned by another way than the stream. */
  amend(change: (state: State) => State): void {
    if (this.state === null) return;
    this.state = change(this.state);
    this.#events.changed(this.state);
  }

  fail(error: AgonError): void {
    this.failure = error;
    this.#phase = "idle";
    this.#events.failed(error);
  }

  #takeSnapshot(raw: unknown): void {
    const parsed = this.definition.snapshotSchema.safeParse(raw);
    if (!parsed.success) {
      this.#corruption();
      return;
    }
    const snapshot = parsed.data;
    // Unasked and old: a copy that went astray. A later delta would prove it wrong anyway.
    if (this.#phase === "live" && snapshot.seq <= this.lastSeq) {
      this.statistics.duplicates++;
      return;
    }
    const previous = this.state;
    const state = this.definition.begin(snapshot, previous);
    if (state === null) {
      this.#corruption();
      return;
    }
    this.statistics.snapshots++;
    this.#phase = "live";
    this.#progress(state, snapshot.seq);
    this.#events.begun(state, previous);
  }

  #takeFrame(raw: unknown): void {
    if (this.state === null || this.#phase === "awaits_snapshot") return;
    const parsed = this.definition.frameSchema.safeParse(raw);
    if (!parsed.success) {
      this.#corruption();
      return;
    }
    const frame = parsed.data;
    if (frame.seq <= this.lastSeq) {
      this.statistics.duplicates++;
      return;
    }
    // A `prev` below is another api process's, of a stream whose frames each tell all, as tickers do.
    if (frame.prev > this.lastSeq) {
      this.#gap();
      return;
    }
    const state = this.definition.apply(this.state, frame);
    if (state === null) {
      this.#corruption();
      return;
    }
    this.#progress(state, frame.seq);
  }

  #takeError(frame: Record<string, unknown>): void {
    const code = frame["code"];
    if (code === "stream_too_old") {
      // The server sends a snapshot by itself.
      this.#phase = "awaits_snapshot";
      this.#heartbeatsWaited = 0;
      return;
    }
    const error = streamError(frame);
    // An outage behind the server, or too many asked at once: the next heartbeats bring the next attempt.
    if (code === "rate_limited" || (error.status !== null && error.status >= 500)) {
      this.#phase = "awaits_snapshot";
      return;
    }
    this.fail(error);
  }

  #progress(state: State, seq: number): void {
    this.state = state;
    this.lastSeq = seq;
    this.#fruitlessAsks = 0;
    this.#events.changed(state);
  }

  #gap(): void {
    if (this.#phase !== "live") return;
    this.statistics.gaps++;
    this.#askResume();
  }

  #corruption(): void {
    this.statistics.corruptions++;
    this.#askSnapshot();
  }

  #askSnapshot(): void {
    this.#ask("awaits_snapshot", { op: "subscribe", stream: this.definition.stream });
  }

  #askResume(): void {
    this.statistics.resumes++;
    const { stream } = this.definition;
    this.#ask("awaits_resume", { op: "resume", stream, after: this.lastSeq });
  }

  #ask(phase: Phase, frame: ClientFrame): void {
    this.#phase = phase;
    this.#heartbeatsWaited = 0;
    if (++this.#fruitlessAsks > MAX_FRUITLESS_ASKS) this.#events.reconnect();
    else this.#send?.(frame);
  }
}

/** A refusal on a stream as the error that it stands for. */
export function streamError(frame: Record<string, unknown>): AgonError {
  const text = (name: string) =>
    typeof frame[name] === "string" ? { [name]: frame[name] as string } : {};
  const parameters = { ...text("title"), ...text("detail"), ...text("mend") };
  const code = frame["code"];
  if (!isErrorCode(code)) return new AgonError("reply_invalid", parameters);
  return new AgonError(code, { ...parameters, status: errorStatus(code) });
}
