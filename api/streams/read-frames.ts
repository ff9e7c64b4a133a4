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
  webSocket.on("message", (data: Buffer, isBinary) => {
    if (!connection.isOpen) return;
    if (!connection.budget.takeMessage(data.length) || waiting >= INBOX_MAX) {
      if (connection.budget.isExhausted) {
        connection.close(WS_CLOSE_TOO_MANY_MESSAGES, "too_many_messages");
      } else connection.sendError("rate_limited");
      return;
    }
    if (isBinary) return connection.sendError("media_type_unsupported");
    waiting += 1;
    const text = String(data);
    turn = turn
      .then(() => handleFrame(connection, text, options))
      .catch((error) => {
        options.log.error({ err: error }, "a websocket frame failed");
        connection.sendError("internal");
      })
      .finally(() => {
        waiting -= 1;
      });
  });
}
