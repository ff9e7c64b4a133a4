import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { ErrorCode } from "../../protocol/errors.ts";
import { errorTitle } from "../../protocol/errors.ts";
import { WS_CLOSE_SLOW_CONSUMER } from "../../protocol/wire/close-codes.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import type { Session } from "../sign-in/session-store.ts";
import type { AddressEntry } from "./address-book.ts";
import { frameBytes } from "./frame-bytes.ts";
import { MessageBudget } from "./message-budget.ts";
import { socketMend } from "./socket-mend.ts";
import type { Frame } from "./stream-log.ts";
import type { TurnWriter } from "./turn-writer.ts";

export type FrameId = string | number | undefined;

/** One reader's place in one stream. While a snapshot is on its way, frames are held. */
export interface Subscription {
  stream: string;
  lastSeq: number;
  held: Frame[] | null;
}

const TERMINATE_AFTER_MS = 2000;

/** So much goes to the kernel at once, before the turn's end. */
const WRITE_BYTES_MAX = 256 * 1024;

/**
 * One client's socket: what it subscribes to, who it is, and how much it may leave unread. Messages go
 * past `ws`, as ready-made frames straight into its TCP stream; `ws` reads, and writes pings and closes.
 */
export class Connection {
  session: { session: Session } | null = null;
  /** Cleared with each ping of ours, set by the client's pong. */
  isAlive = true;
  /** What it shares with the other connections of its address. */
  readonly address: AddressEntry;
  readonly budget: MessageBudget;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #webSocket: WebSocket;
  readonly #stream: Duplex;
  readonly #turn: TurnWriter;
  readonly #maxBufferedBytes: number;
  readonly #metrics: ApiMetrics;
  /** Messages and bytes that wait for the turn's end. */
  #heldFrames = 0;
  #heldBytes = 0;
  #isClosing = false;

  constructor(
    webSocket: WebSocket,
    options: {
      /** The TCP stream below the websocket. */
      stream: Duplex;
      turn: TurnWriter;
      address: AddressEntry;
      maxBufferedBytes: number;
      pointsPerSecond: number;
      metrics: ApiMetrics;
    },
  ) {
    this.#webSocket = webSocket;
    this.#stream = options.stream;
    this.#turn = options.turn;
    this.address = options.address;
    this.budget = new MessageBudget(options.address, options.pointsPerSecond);
    this.#maxBufferedBytes = options.maxBufferedBytes;
    this.#metrics = options.metrics;
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** By stream. */
  get subscriptions(): ReadonlyMap<string, Subscription> {
    return this.#subscriptions;
  }

  /** Notes a subscription in the place of one to the same stream. */
  subscribed(subscription: Subscription): void {
    if (!this.#subscriptions.has(subscription.stream)) this.address.subscriptions += 1;
    this.#subscriptions.set(subscription.stream, subscription);
  }

  /** False when there was none. */
  unsubscribed(stream: string): boolean {
    const had = this.#subscriptions.delete(stream);
    if (had) this.address.subscriptions -= 1;
    return had;
  }

  /** Sends a message as `frameBytes` made it, or cuts a reader that has left too much unread. */
  sendBytes(bytes: Buffer): void {
    if (!this.isOpen) return;
    if (this.#stream.writableLength - this.#heldBytes > this.#maxBufferedBytes) {
      this.close(WS_CLOSE_SLOW_CONSUMER, "slow_consumer");
      return;
    }
    if (this.#heldFrames === 0) {
      this.#stream.cork();
      this.#turn.hold(this);
    }
    this.#stream.write(bytes);
    this.#heldFrames += 1;
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > WRITE_BYTES_MAX) {
      this.#stream.uncork();
      this.#stream.cork();
      this.#heldBytes = 0;
    }
  }

  /** What this turn sent goes out. */
  release(): void {
    this.#metrics.wsFrames.inc(this.#heldFrames);
    this.#heldFrames = 0;
    this.#heldBytes = 0;
    this.#stream.uncork();
  }

  send(frame: object): void {
    this.sendBytes(frameBytes(JSON.stringify(frame)));
  }

  sendError(code: ErrorCode, about: { stream?: string; id?: FrameId; detail?: string } = {}): void {
    this.send({ type: "error", code, title: errorTitle(code), mend: socketMend(code), ...about });
  }

  /** Says goodbye, and hangs up when the reader does not even read that. */
  close(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#metrics.wsClosed.inc({ reason });
    this.#webSocket.close(code, reason);
    setTimeout(() => this.#webSocket.terminate(), TERMINATE_AFTER_MS).unref();
  }

  /** Asks for a sign of life; a client that gave none since the last time is gone. */
  probe(): void {
    if (!this.isOpen) return;
    if (!this.isAlive) {
      this.#metrics.wsClosed.inc({ reason: "silent" });
      this.#webSocket.terminate();
      return;
    }
    this.isAlive = false;
    this.#webSocket.ping();
  }
}
