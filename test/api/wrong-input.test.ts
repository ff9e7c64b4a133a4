import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { ALL_ROUTES } from "../../api/routes/all-routes.ts";
import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";
import { type CallOptions, useApiWorld } from "./support/api-world.ts";

const HASH = `0x${"ab".repeat(32)}`;
const ADDRESS = `0x${"ab".repeat(20)}`;
const SIGNATURE = `0x${"11".repeat(64)}1b`;
const ORDER = {
  maker: ADDRESS,
  marketId: 1,
  outcome: 1,
  side: 0,
  price: 500,
  quantity: 1,
  timeInForce: 0,
  maxFeeBps: 0,
  expiry: 0,
  nonce: "1",
};

type Case = [method: string, path: string, options: CallOptions, code: ErrorCode];

/** Needs no session. */
const OPEN: Case[] = [
  ["GET", "/v1/nowhere", {}, "not_found"],
  ["GET", "/V1/exchange", {}, "not_found"],
  ["POST", "/v1/exchange", {}, "method_not_allowed"],
  ["DELETE", "/v1/markets", {}, "method_not_allowed"],
  ["PUT", "/v1/orders", {}, "method_not_allowed"],
  ["GET", "/v1/orders/batch", {}, "method_not_allowed"],
  ["DELETE", "/v1/orders/batch", {}, "method_not_allowed"],
  ["GET", "/v1/orders/check", {}, "method_not_allowed"],
  ["DELETE", "/v1/orders/check", {}, "method_not_allowed"],
  ["GET", "/v1/markets?limit=0", {}, "validation_failed"],
  ["GET", "/v1/markets?limit=many", {}, "validation_failed"],
  ["GET", "/v1/markets?limit=1&limit=2", {}, "validation_failed"],
  ["GET", "/v1/markets?colour=red", {}, "validation_failed"],
  ["GET", "/v1/markets?status=lost", {}, "validation_failed"],
  ["GET", "/v1/markets?cursor=%00", {}, "cursor_invalid"],
  ["GET", "/v1/markets/no-such-market", {}, "market_unknown"],
  ["GET", "/v1/markets/UPPER", {}, "validation_failed"],
  ["GET", "/v1/markets/%F0%9F%98%80/book", {}, "validation_failed"],
  ["GET", "/v1/markets/no-such-market/book", {}, "market_unknown"],
  ["GET", "/v1/markets/known/book?depth=-1", {}, "validation_failed"],
  ["GET", "/v1/markets/known/trades?cursor=bm9uc2Vuc2U", {}, "cursor_invalid"],
  ["GET", "/v1/markets/known/candles?interval=3m", {}, "validation_failed"],
  ["GET", "/v1/markets/no-such-market/ticker", {}, "market_unknown"],
  ["GET", "/v1/markets/no-such-market/holders", {}, "market_unknown"],
  ["GET", "/v1/users/0x12/positions", {}, "validation_failed"],
  ["GET", `/v1/users/${ADDRESS}/trades?cursor=x`, {}, "cursor_invalid"],
  ["GET", "/v1/users/me/stats", {}, "validation_failed"],
  ["GET", "/v1/leaderboard?by=luck", {}, "validation_failed"],
  ["GET", "/v1/journal?after=-1", {}, "validation_failed"],
  ["GET", "/v1/journal/lines?limit=1001", {}, "validation_failed"],
  ["POST", "/v1/auth/login", {}, "validation_failed"],
  ["POST", "/v1/auth/login", { body: [] }, "validation_failed"],
  ["POST", "/v1/auth/login", { body: { message: 1, signature: "0x" } }, "validation_failed"],
  ["POST", "/v1/orders", { raw: "{" }, "body_malformed"],
  ["POST", "/v1/orders", { raw: '"text"' }, "body_malformed"],
  [
    "POST",
    "/v1/orders",
    { raw: "a=1", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
    "media_type_unsupported",
  ],
  [
    "POST",
    "/v1/orders",
    { raw: "no gzip", headers: { "Content-Encoding": "gzip" } },
    "body_malformed",
  ],
  [
    "POST",
    "/v1/orders",
    { raw: "no brotli", headers: { "Content-Encoding": "br" } },
    "body_malformed",
  ],
  [
    "POST",
    "/v1/orders",
    { raw: "{}", headers: { "Content-Encoding": "rot13" } },
    "media_type_unsupported",
  ],
  ["POST", "/v1/orders", { raw: "x".repeat(70_000) }, "body_too_large"],
  ["POST", "/v1/orders", { body: {} }, "validation_failed"],
  ["POST", "/v1/orders", { body: { order: ORDER, signature: "0x12" } }, "validation_failed"],
  [
    "POST",
    "/v1/orders",
    { body: { order: { ...ORDER, price: 0.5 }, signature: SIGNATURE } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/orders",
    { body: { order: { ...ORDER, nonce: 1 }, signature: SIGNATURE } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/orders",
    { body: { order: { ...ORDER, nonce: "18446744073709551616" }, signature: SIGNATURE } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/orders",
    { body: { order: { ...ORDER, quantity: 2 ** 32 }, signature: SIGNATURE } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/orders",
    { body: { order: { ...ORDER, taker: ADDRESS }, signature: SIGNATURE } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/orders",
    { body: { order: ORDER, signature: `0x${"00".repeat(65)}` } },
    "signature_invalid",
  ],
  ["POST", "/v1/orders/batch", { body: { orders: [] } }, "validation_failed"],
  [
    "POST",
    "/v1/orders/batch",
    {
      body: { orders: Array.from({ length: 101 }, () => ({ order: ORDER, signature: SIGNATURE })) },
    },
    "validation_failed",
  ],
  ["POST", "/v1/orders/batch", { raw: "x".repeat(600_000) }, "body_too_large"],
  ["POST", "/v1/orders/check", { body: { order: null } }, "validation_failed"],
  ["POST", "/v1/faucet", { body: { address: ADDRESS } }, "faucet_unavailable"],
  ["POST", "/v1/faucet", { body: { address: "me" } }, "validation_failed"],
  ["GET", "/v1/account/balance", { headers: { Authorization: "Basic abc" } }, "unauthenticated"],
  ["GET", "/v1/account/balance", { token: "agon_nonsense" }, "unauthenticated"],
  [
    "POST",
    "/v1/orders",
    { token: "agon_nonsense", body: { order: ORDER, signature: SIGNATURE } },
    "unauthenticated",
  ],
  // the index is not there in this world
  ["GET", "/v1/markets/known/candles", {}, "index_unavailable"],
  ["GET", "/v1/leaderboard", {}, "index_unavailable"],
  ["GET", `/v1/users/${ADDRESS}/positions`, {}, "index_unavailable"],
];

/** Sent with a session of an ordinary account. */
const SIGNED_IN: Case[] = [
  ["GET", "/v1/orders?status=lost", {}, "validation_failed"],
  ["GET", "/v1/orders?market=no-such-market", {}, "market_unknown"],
  ["GET", "/v1/orders/0x12", {}, "validation_failed"],
  ["GET", `/v1/orders/${HASH}`, {}, "order_unknown"],
  ["DELETE", `/v1/orders/${HASH}`, {}, "order_unknown"],
  ["DELETE", "/v1/orders?market=no-such-market", {}, "market_unknown"],
  ["GET", "/v1/orders/by-client-id/never-used", {}, "order_unknown"],
  ["GET", "/v1/orders/by-client-id/a%20b", {}, "validation_failed"],
  ["GET", "/v1/account/fills?limit=501", {}, "validation_failed"],
  ["GET", "/v1/account/transfers", {}, "index_unavailable"],
  [
    "POST",
    "/v1/account/withdrawals",
    { body: { asset: "gold", amount: "1" } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/account/withdrawals",
    { body: { asset: "cash", amount: "-1" } },
    "validation_failed",
  ],
  [
    "POST",
    "/v1/account/withdrawals",
    { body: { asset: "cash", amount: "9999999999999999" } },
    "amount_invalid",
  ],
  ["POST", "/v1/account/withdrawals", { body: { asset: "yes", amount: "1" } }, "validation_failed"],
  [
    "POST",
    "/v1/account/withdrawals",
    { body: { asset: "yes", market: "known", amount: "1" } },
    "release_exceeds_settled",
  ],
  ["POST", "/v1/markets", { body: {} }, "forbidden"],
  ["POST", "/v1/markets/known/resolve", { body: {} }, "forbidden"],
];

function nameOf([method, path, options]: Case): string {
  const body = options.raw ?? JSON.stringify(options.body) ?? "";
  return `${method} ${path} ${body}`.trim().slice(0, 110);
}

describe("wrong input", () => {
  const world = useApiWorld();
  let token: string;

  before(async () => {
    await world().engine.createMarket("known");
    token = await world().signIn(await world().trader(0n));
  });

  async function refuse([method, path, options, code]: Case): Promise<void> {
    const reply = await world().call(method, path, options);
    assert.equal(reply.body?.code, code, `${reply.status} ${reply.text.slice(0, 200)}`);
    assert.equal(reply.status, ERRORS[code][0]);
    assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.ok(reply.body.mend.length > 0);
    assert.equal(reply.body.requestId, reply.headers.get("x-request-id"));
  }

  for (const entry of OPEN) it(`${nameOf(entry)} → ${entry[3]}`, () => refuse(entry));

  for (const entry of SIGNED_IN) {
    const [method, path, options, code] = entry;
    it(`signed in: ${nameOf(entry)} → ${code}`, () =>
      refuse([method, path, { ...options, token }, code]));
  }

  it("is never answered with a page, whatever the client says that it reads", async () => {
    const headers = { Accept: "text/html,application/xhtml+xml", "User-Agent": "Mozilla/5.0" };
    for (const [method, path, options, code] of OPEN) {
      await refuse([
        method,
        path,
        { ...options, headers: { ...headers, ...options.headers } },
        code,
      ]);
    }
  });

  it("points at each field that is at fault", async () => {
    const body = { order: { ...ORDER, price: "cheap", colour: "red" }, signature: SIGNATURE };
    const reply = await world().call("POST", "/v1/orders", { body });
    const pointers = reply.body.errors.map((one: { pointer: string }) => one.pointer);
    assert.deepEqual(pointers.sort(), ["/order/colour", "/order/price"]);
  });

  it("asks for a session wherever the declaration says so", async () => {
    const needing = ALL_ROUTES.filter(({ auth }) => auth === "session" || auth === "admin");
    assert.ok(needing.length >= 12);
    for (const { method, path } of needing) {
      const filled = path.replace(":hash", HASH).replace(":slug", "known").replace(":id", "a");
      const reply = await world().call(method.toUpperCase(), filled);
      assert.equal(reply.body.code, "unauthenticated", `${method} ${path}`);
    }
  });

  it("answers an engine that is silent with a code, and recovers", async () => {
    const { call, engine } = world();
    engine.silence();
    const silent = await call("GET", "/v1/account/balance", { token });
    engine.speak();
    assert.equal(silent.status, 504);
    assert.equal(silent.body.code, "engine_timeout");
    assert.equal((await call("GET", "/v1/account/balance", { token })).status, 200);
  });
});
