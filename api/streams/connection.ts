import { WebSocket } from "ws";
import type { ErrorCode } from "../../protocol/errors.ts";
import { errorTitle } from "../../protocol/errors.ts";
import { WS_CLOSE_SLOW_CONSUMER } from "../../protocol/wire/stream.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import type { Session } from "../sign-in/session-store.ts";
import { socketMend } from "./socket-mend.ts";
import type { Frame } from "./stream-log.ts";

export type FrameId = string | number | undefined;

/** One reader's place in one stream. While a snapshot is on its way, frames are held. */
export interface Subscription {
  stream: string;
  lastSeq: number;
  held: Frame[] | null;
}

const TERMINATE_AFTER_MS = 2000;

/** One client's socket: what it subscribes to, who it is, and how much it may leave unread. */
export class Connection {
  readonly address: string;
  readonly subscriptions = new Map<string, Subscription>();
  session: { session: Session } | null = null;
  /** Cleared with each ping of ours, set by the client's pong. */
  isAlive = true;
  readonly #socket: WebSocket;
  readonly #maxBufferedBytes: number;
  readonly #metrics: ApiMetrics;
  #isClosing = false;

  constructor(
    socket: WebSocket,
    options: { address: string; maxBufferedBytes: number; metrics: ApiMetrics },
  ) {
    this.#socket = socket;
    this.address = options.address;
    this.#maxBufferedBytes = options.maxBufferedBytes;
    this.#metrics = options.metrics;
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends text, or cuts a reader that has left too much unread. */
  sendText(text: string): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > this.#maxBufferedBytes) {
      this.close(WS_CLOSE_SLOW_CONSUMER, "slow_consumer");
      return;
    }
    this.#socket.send(text);
    this.#metrics.wsFrames.inc();
  }

  send(frame: object): void {
    this.sendText(JSON.stringify(frame));
  }

  sendError(code: ErrorCode, about: { stream?: string; id?: FrameId; detail?: string } = {}): void {
    this.send({ type: "error", code, title: errorTitle(code), mend: socketMend(code), ...about });
  }

  /** Says goodbye, and hangs up when the reader does not even read that. */
  close(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#metrics.wsClosed.inc({ reason });
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), TERMINATE_AFTER_MS).unref();
  }

  /** Asks for a sign of life; a client that gave none since the last time is gone. */
  probe(): void {
    if (!this.isOpen) return;
    if (!this.isAlive) {
      this.#metrics.wsClosed.inc({ reason: "silent" });
      this.#socket.terminate();
      return;
    }
    this.isAlive = false;
    this.#socket.ping();
  }
}
