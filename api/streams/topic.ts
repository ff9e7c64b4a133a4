import { ApiProblem } from "../problem.ts";
import type { Connection, FrameId, Subscription } from "./connection.ts";
import type { Frame, StreamLog } from "./stream-log.ts";

/** A snapshot frame without its `stream` name, or why there is none now. */
export type ReadSnapshot = () => Promise<{ seq: number; frame: object }>;

const HELD_MAX = 1000;

/** One stream on this server: its log, its readers, and how to read a snapshot of it. */
export class Topic {
  /** The name under which clients know it; `account` for every account's own. */
  readonly stream: string;
  readonly log: StreamLog;
  #marketId: number | null;
  /** Numbers below were another market's. */
  #resumableFrom = 0;
  readonly #readSnapshot: ReadSnapshot;
  readonly #readers = new Map<Connection, Subscription>();

  /** `readSnapshot` finds the market by its name each time. */
  constructor(options: {
    stream: string;
    marketId: number | null;
    log: StreamLog;
    readSnapshot: ReadSnapshot;
  }) {
    this.stream = options.stream;
    this.log = options.log;
    this.#marketId = options.marketId;
    this.#readSnapshot = options.readSnapshot;
  }

  /** The market that it tells of; null where it is not one market's, or when its name is no market's any more. */
  get marketId(): number | null {
    return this.#marketId;
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  /** Logs a frame and hands it to every reader. */
  publish(frame: Frame): void {
    this.log.push(frame);
    for (const [connection, subscription] of this.#readers) {
      this.#deliver(connection, subscription, frame);
    }
  }

  /** The stream stands elsewhere than the log knows: every reader gets a snapshot. */
  restart(seq: number): void {
    this.log.reset(seq);
    for (const [connection, subscription] of this.#readers) {
      if (subscription.lastSeq !== seq) this.#startOver(connection, subscription, undefined);
    }
  }

  /**
   * The name is another market's by now, or none's: what readers have is worth nothing, even where its number
   * is right by chance. They are told so, and get that market's snapshot, or the end of the stream.
   */
  follow(marketId: number | null, seq: number): void {
    this.#marketId = marketId;
    this.#resumableFrom = Math.max(this.#resumableFrom, this.log.lastSeq + 1);
    this.log.reset(seq);
    for (const [connection, subscription] of this.#readers) {
      connection.sendError("stream_too_old", { stream: this.stream });
      // One whose snapshot is being read has it read again when it comes.
      if (subscription.held === null) this.#startOver(connection, subscription, undefined);
    }
  }

  /** Adds a reader, who first gets a snapshot. */
  join(connection: Connection, id: FrameId): Subscription {
    const subscription: Subscription = { stream: this.stream, lastSeq: 0, held: [] };
    this.#readers.set(connection, subscription);
    this.#startOver(connection, subscription, id);
    return subscription;
  }

  /** Adds a reader who has all up to `after`. Without a log that long: an error, then a snapshot. */
  resume(connection: Connection, after: number, id: FrameId): Subscription {
    const missed = after < this.#resumableFrom ? null : this.log.after(after);
    if (missed === null) {
      connection.sendError("stream_too_old", { stream: this.stream, id });
      return this.join(connection, id);
    }
    const subscription: Subscription = { stream: this.stream, lastSeq: after, held: null };
    this.#readers.set(connection, subscription);
    connection.send({
      type: "resumed",
      stream: this.stream,
      after,
      ...(id === undefined ? {} : { id }),
    });
    for (const frame of missed) this.#deliver(connection, subscription, frame);
    return subscription;
  }

  leave(connection: Connection): void {
    this.#readers.delete(connection);
  }

  #deliver(connection: Connection, subscription: Subscription, frame: Frame): void {
    if (subscription.held !== null) {
      if (subscription.held.length >= HELD_MAX) subscription.held.shift();
      subscription.held.push(frame);
      return;
    }
    if (frame.seq <= subscription.lastSeq) return;
    if (frame.prev > subscription.lastSeq) {
      this.#startOver(connection, subscription, undefined);
      return;
    }
    subscription.lastSeq = frame.seq;
    connection.sendBytes(frame.bytes);
  }

  #startOver(connection: Connection, subscription: Subscription, id: FrameId): void {
    subscription.held = [];
    const marketId = this.#marketId;
    this.#readSnapshot().then(
      ({ seq, frame }) => {
        if (this.#readers.get(connection) !== subscription) return;
        if (marketId !== this.#marketId) {
          this.#startOver(connection, subscription, id);
          return;
        }
        const head = { type: "snapshot", stream: this.stream, seq };
        connection.send({ ...head, ...(id === undefined ? {} : { id }), ...frame });
        subscription.lastSeq = seq;
        const held = subscription.held ?? [];
        subscription.held = null;
        for (const heldFrame of held) this.#deliver(connection, subscription, heldFrame);
      },
      (error) => {
        if (this.#readers.get(connection) !== subscription) return;
        if (marketId !== this.#marketId) {
          this.#startOver(connection, subscription, id);
          return;
        }
        this.leave(connection);
        connection.unsubscribed(this.stream);
        const isGone = error instanceof ApiProblem && error.code === "stream_unknown";
        const code = isGone ? "stream_unknown" : "engine_unavailable";
        connection.sendError(code, { stream: this.stream, id });
      },
    );
  }
}
