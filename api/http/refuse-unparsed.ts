import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../../platform/log.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { endWithProblem } from "./raw-problem.ts";

const CODES: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "body_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** A socket with the reply, if any, that node has begun to write on it. */
interface AnsweringSocket extends Socket {
  _httpMessage?: { headersSent: boolean } | null;
}

/** What node's parser refuses leaves as problem+json too, unless a reply is already on its way. */
export function refuseUnparsed(server: Server, log: Log): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: AnsweringSocket) => {
    log.debug({ err: error }, "bytes that are no HTTP request");
    if (error.code === "ECONNRESET" || socket._httpMessage?.headersSent) {
      socket.destroy();
      return;
    }
    endWithProblem(socket, CODES[error.code ?? ""] ?? "request_malformed");
  });
  server.on("connect", (_request, socket) => endWithProblem(socket, "method_not_allowed"));
  server.on("checkExpectation", (request) => {
    endWithProblem(request.socket, "request_malformed", {
      details: { detail: "The only expectation that is met is 100-continue." },
    });
  });
}
