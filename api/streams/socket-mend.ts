import { type ErrorCode, errorMend } from "../../protocol/errors.ts";

/** Where what mends a failure over HTTP is not what mends it on a socket. */
const MEND: Partial<Record<ErrorCode, string>> = {
  body_malformed: "Send one JSON object to a message.",
  validation_failed: "Correct what `detail` names; the frames are described at /docs#websocket.",
  media_type_unsupported: "Send text messages, not binary ones.",
  unauthenticated: 'Send {"op":"auth","token":"…"} first, with the token of POST /v1/auth/login.',
  session_expired:
    'Sign in again over HTTP, then send {"op":"auth","token":"…"} and subscribe again.',
  rate_limited: "Wait for the replies to earlier frames before sending more.",
  engine_unavailable: "Subscribe again in a second.",
  engine_timeout: "Subscribe again in a second.",
  stream_unknown: "See `streams.names` of GET /v1/exchange; the slug must be a market's.",
  stream_too_old: "Nothing to do: a snapshot follows by itself.",
};

/** What the client can do about a failure, over its websocket. */
export function socketMend(code: ErrorCode): string {
  return MEND[code] ?? errorMend(code);
}
