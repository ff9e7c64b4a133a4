import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, errorStatus } from "../../protocol/errors.ts";
import { problemBody } from "../problem.ts";

/** What helmet says on every other reply. */
const SECURITY_HEADERS = [
  "Content-Security-Policy: default-src 'none'",
  "X-Content-Type-Options: nosniff",
  "Referrer-Policy: no-referrer",
];

/**
 * Answers on a bare socket, where no request ever reached Koa: a problem+json reply, then the end.
 * `headers` as `Name: value`.
 */
export function endWithProblem(
  socket: Duplex,
  code: ErrorCode,
  facts: { details?: Record<string, unknown>; headers?: readonly string[] } = {},
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const status = errorStatus(code);
  const body = JSON.stringify(problemBody({ code, details: facts.details }, requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${requestId}`,
    "Connection: close",
    ...SECURITY_HEADERS,
    ...(facts.headers ?? []),
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
