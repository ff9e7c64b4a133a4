import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../../platform/log.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { endWithProblem } from "./raw-problem.ts";

const CODES: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "body_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** A socket with the reply, if any, that is due on it now. */
interface AnsweringSocket extends Socket {
  _httpMessage?: ServerResponse | null;
}

/** Runs `then` once the replies to whole requests that came before have left; a broken one gets none. */
function afterReplies(socket: AnsweringSocket, then: () => void): void {
  const due = socket._httpMessage;
  if (!due?.req.complete || (due.headersSent && !due.writableEnded)) {
    then();
    return;
  }
  // Node puts the next pipelined reply on the socket as it finishes this one.
  due.once("close", () => setImmediate(() => afterReplies(socket, then)));
}

/**
 * What node's parser refuses leaves as problem+json too, after the replies to what came before it; a long
 * reply that is on its way is cut off.
 */
export function refuseUnparsed(server: Server, log: Log): void {
  const refused = new WeakSet<Socket>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket: AnsweringSocket) => {
    log.debug({ err: error }, "bytes that are no HTTP request");
    if (error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    // What follows unparseable bytes is refused with them.
    if (refused.has(socket)) return;
    refused.add(socket);
    afterReplies(socket, () => {
      if (socket._httpMessage?.headersSent) socket.destroy();
      else endWithProblem(socket, CODES[error.code ?? ""] ?? "request_malformed");
    });
  });
  server.on("connect", (_request, socket) => endWithProblem(socket, "method_not_allowed"));
  server.on("checkExpectation", (request) => {
    endWithProblem(request.socket, "request_malformed", {
      details: { detail: "The only expectation that is met is 100-continue." },
    });
  });
}
