import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { BookLevel } from "../../protocol/engine/view.ts";
import type { ServerFrame } from "../../protocol/wire/stream.ts";
import { withLevels } from "../../sdk/streams/book-side.ts";
import type { PromiseBook } from "./promise-book.ts";
import { Violation } from "./violation.ts";

const RECONNECT_MS = 100;
const ASK_AGAIN_MS = 200;

type Frame = ServerFrame & { stream?: string };

/** One stream as a reader without the SDK follows it. */
interface Followed {
  seq: number;
  /** Null until a snapshot has come; frames before one are not counted. */
  phase: "asked" | "live" | "idle";
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
}

/** What it went through. */
export interface WitnessFigures {
  frames: number;
  resumes: number;
  snapshots: number;
  reconnects: number;
}

/**
 * A plain ws client that follows `book:` and `trades:` of every market, resumes after each break, and
 * checks each frame (what the public is told is a promise, too): nothing missing, nothing twice, each book as its checksum says.
 */
export class StreamWitness {
  readonly figures: WitnessFigures = { frames: 0, resumes: 0, snapshots: 0, reconnects: 0 };
  readonly #url: string;
  readonly #book: PromiseBook;
  readonly #streams = new Map<string, Followed>();
  #socket: WebSocket | null = null;
  #isClosed = false;
  #violation: Violation | null = null;

  constructor(apiUrl: string, slugs: readonly string[], book: PromiseBook) {
    this.#url = `${apiUrl.replace(/^http/, "ws")}/ws`;
    this.#book = book;
    for (const slug of slugs) {
      for (const kind of ["book", "trades"]) {
        this.#streams.set(`${kind}:${slug}`, { seq: -1, phase: "idle", bids: [], asks: [] });
      }
    }
    this.#connect();
  }

  /** Where it stands on a stream. @throws Violation that it has met since the last look */
  state(stream: string): Readonly<Followed> {
    if (this.#violation) throw this.#violation;
    return this.#streams.get(stream) as Followed;
  }

  /** Breaks its connection, as a network does; it comes back and resumes. */
  drop(): void {
    this.#socket?.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      for (const stream of this.#streams.keys()) this.#ask(stream);
    });
    socket.addEventListener("message", ({ data }) => {
      try {
        this.#take(JSON.parse(String(data)) as Frame);
      } catch (error) {
        this.#violation ??= error as Violation;
      }
    });
    socket.addEventListener("error", () => socket.close());
    socket.addEventListener("close", () => {
      if (this.#isClosed) return;
      this.figures.reconnects++;
      for (const followed of this.#streams.values()) followed.phase = "idle";
      setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #ask(stream: string): void {
    const followed = this.#streams.get(stream);
    const socket = this.#socket;
    if (!followed || socket?.readyState !== WebSocket.OPEN) return;
    followed.phase = "asked";
    if (followed.seq >= 0) this.figures.resumes++;
    const how = followed.seq < 0 ? { op: "subscribe" } : { op: "resume", after: followed.seq };
    socket.send(JSON.stringify({ ...how, stream }));
  }

  #take(frame: Frame): void {
    const { stream } = frame;
    const followed = stream === undefined ? undefined : this.#streams.get(stream);
    if (stream === undefined || followed === undefined) return;
    switch (frame.type) {
      case "error":
        // After `stream_too_old` a snapshot comes by itself; other refusals are outages.
        if (frame.code !== "stream_too_old") setTimeout(() => this.#ask(stream), ASK_AGAIN_MS);
        return;
      case "resumed":
        followed.phase = "live";
        return;
      case "snapshot":
        this.figures.snapshots++;
        followed.phase = "live";
        followed.seq = frame.seq;
        if ("bids" in frame)
          this.#setBook(stream, followed, frame.bids, frame.asks, frame.checksum);
        if ("trades" in frame) for (const fill of frame.trades) this.#book.toldFill(fill);
        return;
      case "book":
      case "trade":
        this.#data(stream, followed, frame);
    }
  }

  #data(
    stream: string,
    followed: Followed,
    frame: Extract<Frame, { type: "book" | "trade" }>,
  ): void {
    this.figures.frames++;
    const place = `${stream} at ${followed.seq} got ${frame.seq} after ${frame.prev}`;
    if (followed.phase !== "live") throw new Violation("frames follow an answer", place);
    if (frame.prev !== followed.seq) throw new Violation("a stream has no gap", place);
    followed.seq = frame.seq;
    if (frame.type === "trade") {
      this.#book.toldFill(frame.fill);
      return;
    }
    const bids = withLevels(followed.bids, frame.bids, "highest");
    const asks = withLevels(followed.asks, frame.asks, "lowest");
    this.#setBook(stream, followed, bids, asks, frame.checksum);
  }

  #setBook(
    stream: string,
    followed: Followed,
    bids: readonly BookLevel[],
    asks: readonly BookLevel[],
    checksum: number,
  ): void {
    followed.bids = bids;
    followed.asks = asks;
    if (bookChecksum(bids, asks) === checksum) return;
    throw new Violation("a book is as its checksum says", `${stream} at ${followed.seq}`);
  }
}
