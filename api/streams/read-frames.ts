import type { WebSocket } from "ws";
import type { Log } from "../../platform/log.ts";
import { WS_CLOSE_TOO_MANY_MESSAGES } from "../../protocol/wire/close-codes.ts";
import type { Connection } from "./connection.ts";
import { type FrameDeps, handleFrame } from "./handle-frame.ts";

/** Frames of one connection that may wait for their turn. */
const INBOX_MAX = 256;

/** One frame after another, so that replies come in the order of the questions. */
export function readFrames(
  webSocket: WebSocket,
  connection: Connection,
  options: FrameDeps & { log: Log },
): void {
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();

  /** Whether the client may send so much now; says so when it may not. */
  function mayRead(bytes: number): boolean {
    if (!connection.isOpen) return false;
    if (connection.budget.takeMessage(bytes) && waiting < INBOX_MAX) return true;
    if (connection.budget.isExhausted) {
      connection.close(WS_CLOSE_TOO_MANY_MESSAGES, "too_many_messages");
      // What it goes on sending is left with the kernel, until it is hung up on.
      webSocket.pause();
    } else connection.sendError("rate_limited");
    return false;
  }

  // Control frames are work like any other.
  webSocket.on("ping", (data: Buffer) => {
    if (mayRead(data.length)) webSocket.pong(data);
  });
  webSocket.on("pong", (data: Buffer) => mayRead(data.length));
  webSocket.on("message", (data: Buffer, isBinary) => {
    if (!mayRead(data.length)) return;
    if (isBinary) return connection.sendError("media_type_unsupported");
    waiting += 1;
    const text = String(data);
    turn = turn
      // It may have gone while a frame before this one was waited for: nobody would take it out of a stream again.
      .then(() => (connection.isOpen ? handleFrame(connection, text, options) : undefined))
      .catch((error) => {
        options.log.error({ err: error }, "a websocket frame failed");
        connection.sendError("internal");
      })
      .finally(() => {
        waiting -= 1;
      });
  });
}
