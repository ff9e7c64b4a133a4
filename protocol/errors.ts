/**
 * Every failure that a client can meet: code → HTTP status → a sentence → what mends it.
 * Codes are stable; sentences may improve. Tests and clients branch on the code only.
 */
export const ERRORS = {
  // requests
  validation_failed: [
    400,
    "The request does not match its schema.",
    "Correct the fields that `errors` points at.",
  ],
  body_malformed: [
    400,
    "The body is not valid JSON.",
    "Send a JSON object with content-type application/json.",
  ],
  body_too_large: [
    413,
    "The body is larger than this route takes.",
    "Send less; limits are at GET /v1/exchange.",
  ],
  request_malformed: [
    400,
    "The bytes are not an HTTP request.",
    "Send HTTP/1.1 as RFC 9112 has it; the connection is closed.",
  ],
  headers_too_large: [
    431,
    "The request's headers are larger than 16 KiB.",
    "Send fewer or shorter ones; the connection is closed.",
  ],
  request_timeout: [
    408,
    "The request did not arrive in time.",
    "Send it again, without pauses; the connection is closed.",
  ],
  media_type_unsupported: [415, "The body is not JSON.", "Send content-type application/json."],
  not_found: [404, "There is no such route or thing.", "See /openapi.json for the routes."],
  method_not_allowed: [
    405,
    "The route does not take this method.",
    "See /openapi.json for the methods.",
  ],
  rate_limited: [429, "Too many requests.", "Wait for the seconds in Retry-After."],
  too_many_connections: [
    429,
    "The address has as many connections as it may.",
    "Close some, or keep them alive and use them again; the bound is at GET /v1/exchange.",
  ],
  cursor_invalid: [
    400,
    "The cursor is not one that this route gave out.",
    "Start again without a cursor.",
  ],
  idempotency_key_invalid: [
    400,
    "The Idempotency-Key is not one that is taken.",
    "Send 1 … 128 visible ASCII characters without quote, comma, semicolon or backslash; a UUID will do.",
  ],
  idempotency_key_reused: [
    422,
    "The Idempotency-Key was used for another request to this route.",
    "Send a new key with a new request, and the same body with the same key.",
  ],
  idempotency_in_flight: [
    409,
    "The first request with this Idempotency-Key is still being carried out.",
    "Send it again after the seconds in Retry-After.",
  ],
  idempotency_outcome_unknown: [
    409,
    "The first request with this Idempotency-Key ended without an outcome; it may have been carried out.",
    "Look up what it would have changed; if it did not, send it with a new key.",
  ],
  idempotency_reply_withheld: [
    409,
    "The request was carried out; its reply held a secret and is not kept.",
    "List what there is; revoke it and make another with a new key if the secret is lost.",
  ],
  idempotency_keys_exhausted: [
    429,
    "There are as many Idempotency-Keys of the last 24 hours as there may be.",
    "Send signed orders without a key: they are idempotent by themselves.",
  ],
  internal: [500, "Something broke on our side.", "Retry; quote the request id if it stays."],
  // sign-in
  unauthenticated: [
    401,
    "The route needs a session or an API key, and the token is missing or unknown.",
    "Sign in (GET /v1/auth/nonce, then POST /v1/auth/login), or send an API key that was not revoked.",
  ],
  session_expired: [401, "The session has ended.", "Sign in again."],
  api_key_expired: [401, "The API key has expired.", "Create another with POST /v1/auth/keys."],
  api_key_revoked: [
    401,
    "The API key was revoked.",
    "Create another with POST /v1/auth/keys, by a session.",
  ],
  api_key_unknown: [404, "The account has no such API key.", "See GET /v1/auth/keys."],
  api_key_limit_reached: [
    409,
    "The account has as many API keys as it may.",
    "Revoke one with DELETE /v1/auth/keys/:id.",
  ],
  session_unknown: [404, "The account has no such session.", "See GET /v1/auth/sessions."],
  scope_insufficient: [
    403,
    "The API key may not do this.",
    "Use a key with the scope in `needed`; for `session` and `admin`, a signed-in session.",
  ],
  cross_site_refused: [
    403,
    "A cookie came from a page of another site, or from nobody knows where.",
    "Pages: call from the same origin or one on CORS_ORIGINS. Programs: send Authorization: Bearer.",
  ],
  siwe_invalid: [
    401,
    "The sign-in message is not valid here.",
    "Check domain, URI, chain id, nonce and times against GET /v1/exchange.",
  ],
  siwe_nonce_unknown: [
    401,
    "The nonce was not given out by this server, was used, or is too old.",
    "Take a new one from GET /v1/auth/nonce.",
  ],
  siwe_signature_invalid: [
    401,
    "The signature does not belong to the message's address.",
    "Sign the exact message with that address.",
  ],
  forbidden: [403, "The session may not do this.", "Use an account with the needed right."],
  // orders: admission
  signature_invalid: [
    400,
    "The signature does not recover to the maker or one of its delegates.",
    "Sign the EIP-712 order under the domain at GET /v1/exchange; see recoveredSigner and orderHash.",
  ],
  order_maker_mismatch: [
    403,
    "The order's maker is not the session's account.",
    "Sign in as the maker.",
  ],
  order_expired: [400, "The order's expiry has passed.", "Sign a later expiry, or 0 for none."],
  order_expiry_required: [400, "A GTD order needs an expiry.", "Sign an expiry in unix seconds."],
  order_expiry_unexpected: [
    400,
    "Only GTD orders carry an expiry.",
    "Sign expiry 0, or timeInForce 1 or 5.",
  ],
  price_out_of_range: [
    400,
    "The price is outside 1 … 999 ticks.",
    "One tick is 0.001 collateral per share.",
  ],
  price_off_step: [
    400,
    "The price is not a multiple of the market's step.",
    "Round it to the priceStep of the market.",
  ],
  quantity_out_of_range: [
    400,
    "The quantity is outside 1 … 4294967294 lots.",
    "One lot is 0.01 share.",
  ],
  fee_cap_too_low: [
    400,
    "The market's fee is above the order's maxFeeBps.",
    "Sign a maxFeeBps of at least the market's takerFeeBps.",
  ],
  nonce_used: [
    409,
    "The maker has already used this nonce.",
    "Sign a new nonce, or send `replaces` to amend.",
  ],
  nonce_below_floor: [
    409,
    "The nonce is below the account's cancel floor.",
    "Sign a nonce at or above the floor.",
  ],
  client_id_used: [
    409,
    "The client order id was already used by this account.",
    "Use a new one; GET /v1/orders/by-client-id/:id finds the order.",
  ],
  insufficient_cash: [
    422,
    "Free cash does not cover the order.",
    "Deposit, or cancel an order that locks cash; see free and locked.",
  ],
  insufficient_shares: [
    422,
    "Free shares do not cover the order.",
    "Buy or import shares, or cancel an order that locks them.",
  ],
  fok_not_filled: [
    422,
    "The order cannot fill completely at its price.",
    "Use FAK to take what there is, or another price.",
  ],
  post_only_would_cross: [
    422,
    "The post-only order would take liquidity.",
    "Sign a price that does not cross the book.",
  ],
  self_trade: [
    422,
    "The order would trade with the account's own resting order.",
    "Cancel it first, or choose another selfTradePrevention.",
  ],
  too_many_open_orders: [
    422,
    "The account has as many open orders as it may.",
    "Cancel some first.",
  ],
  // orders: look-up
  order_unknown: [
    404,
    "There is no such order.",
    "Check the hash; orders appear once they are accepted.",
  ],
  order_not_open: [409, "The order is already in its final state.", "Nothing is left to cancel."],
  // markets
  market_unknown: [404, "There is no such market.", "See GET /v1/markets."],
  group_unknown: [404, "There is no such group of markets.", "See GET /v1/groups."],
  market_office_unavailable: [
    503,
    "This server has no key, or no chain, with which to create and resolve markets.",
    "Set MARKET_CREATOR_PRIVATE_KEY and RPC_URL, or send the transaction yourself.",
  ],
  market_not_open: [
    409,
    "The market does not take orders now.",
    "See its status at GET /v1/markets/:slug.",
  ],
  market_slug_taken: [409, "The slug belongs to another market.", "Choose another."],
  market_not_resolvable: [
    409,
    "The market cannot be resolved yet.",
    "Wait for the close plus settlement grace.",
  ],
  // account
  release_exceeds_settled: [
    422,
    "A fast withdrawal covers settled, free funds only.",
    "Ask for at most `availableMicro`, wait for settlement, or use the delayed withdrawal on chain.",
  ],
  release_unavailable: [
    503,
    "This exchange runs without the operator's key, so it signs no fast withdrawals.",
    "Use the delayed withdrawal on chain.",
  ],
  faucet_unavailable: [
    404,
    "There is a faucet on development chains only.",
    "Deposit collateral of your own.",
  ],
  amount_invalid: [
    400,
    "The amount is not a positive integer of the asset's unit.",
    "Send micro for cash, lots for shares, as a decimal string.",
  ],
  // the engine
  engine_unavailable: [503, "The engine does not answer.", "Retry; a signed order is idempotent."],
  engine_timeout: [
    504,
    "The engine did not answer in time; the request may have been taken.",
    "Look the order up by its hash, or send the same signed order again.",
  ],
  engine_busy: [
    503,
    "The engine's queue, or that of signatures before it, is full.",
    "Retry after the seconds in Retry-After.",
  ],
  trading_paused: [503, "Trading is paused; cancels and exits work.", "See /health/detailed."],
  cancel_only: [
    503,
    "No orders are taken now; cancels and exits work.",
    "Retry once GET /v1/exchange or the `exchange` stream says another phase.",
  ],
  post_only: [
    503,
    "Only post-only orders are taken now.",
    "Sign timeInForce 4 or 5, or retry once GET /v1/exchange or the `exchange` stream says `open`.",
  ],
  settlement_behind: [
    503,
    "Unsettled exposure is at its bound, so matching waits for the chain.",
    "Retry later; cancels work. With `bound` fills, age, value, share or value_share, resting does too.",
  ],
  database_unavailable: [503, "The database does not answer.", "Retry later."],
  chain_unavailable: [503, "The chain does not answer.", "Retry later."],
  index_unavailable: [503, "The index does not answer.", "Retry later."],
  // streams
  stream_unknown: [404, "There is no such stream.", "See GET /v1/exchange for the streams."],
  stream_too_old: [
    410,
    "The stream's log no longer reaches back that far.",
    "Subscribe again: a snapshot comes first.",
  ],
  slow_consumer: [408, "The connection read too slowly and was cut.", "Reconnect and resume."],
  upgrade_invalid: [
    400,
    "The request does not open a WebSocket.",
    "Send GET with the headers of RFC 6455, version 13, or use a WebSocket client.",
  ],
  account_changed: [
    409,
    "The connection signed in as another account, so the former one's stream ended.",
    "Subscribe to `account` again for the new account's.",
  ],
  too_many_subscriptions: [
    429,
    "The connection has as many subscriptions as it may.",
    "Unsubscribe from some.",
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** HTTP status of a code. */
export function errorStatus(code: ErrorCode): number {
  return ERRORS[code][0];
}

/** What went wrong, in a sentence. */
export function errorTitle(code: ErrorCode): string {
  return ERRORS[code][1];
}

/** What the client can do about it. */
export function errorMend(code: ErrorCode): string {
  return ERRORS[code][2];
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}

/** An expected failure as a value: a stable code and facts that help to mend it. */
export interface Failure {
  ok: false;
  code: ErrorCode;
  /** JSON-safe facts, for example `{ freeMicro: "100", lockedMicro: "900" }`. */
  details?: Record<string, unknown>;
}

export type Result<T> = ({ ok: true } & T) | Failure;
