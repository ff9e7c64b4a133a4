import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";
import { connectSocket } from "./support/test-socket.ts";

/** CRC-32 in six letters of base 62, by another road than the api's. */
function checksumOf(text: string): string {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const value = BigInt(crc32(text));
  return [5n, 4n, 3n, 2n, 1n, 0n]
    .map((power) => letters[Number((value / 62n ** power) % 62n)])
    .join("");
}

describe("an API key", () => {
  const world = useApiWorld();
  let session: string;
  let account: string;

  before(async () => {
    const trader = await world().trader();
    account = trader.address.toLowerCase();
    session = await world().signIn(trader);
  });

  const create = (body: object, token = session) =>
    world().call("POST", "/v1/auth/keys", { token, body });
  const me = (token: string) => world().call("GET", "/v1/auth/me", { token });

  const wrong: [string, object, string][] = [
    ["no name", { scopes: ["read"] }, "/name"],
    ["a name of blanks", { name: "  ", scopes: ["read"] }, "/name"],
    ["a name with a line break", { name: "a\nb", scopes: ["read"] }, "/name"],
    ["a name of 65 letters", { name: "n".repeat(65), scopes: ["read"] }, "/name"],
    ["no scope", { name: "n", scopes: [] }, "/scopes"],
    ["a scope twice", { name: "n", scopes: ["read", "read"] }, "/scopes"],
    ["a scope that is none", { name: "n", scopes: ["withdraw"] }, "/scopes/0"],
    [
      "a life of seconds",
      { name: "n", scopes: ["read"], expiresInSeconds: 59 },
      "/expiresInSeconds",
    ],
    ["an unknown field", { name: "n", scopes: ["read"], isAdmin: true }, "/isAdmin"],
  ];
  for (const [what, body, pointer] of wrong) {
    it(`is not made with ${what}`, async () => {
      const reply = await create(body);
      assert.equal(reply.body.code, "validation_failed");
      assert.equal(reply.body.errors[0].pointer, pointer);
    });
  }

  it("is shown once, with a checksum that scanners know it by, and kept as a hash", async () => {
    const { status, body, headers } = await create({ name: " bot ", scopes: ["trade"] });
    assert.equal(status, 201);
    assert.equal(headers.get("cache-control"), "no-store");
    const { key, token } = body;
    assert.match(token, /^agon_live_[0-9A-Za-z]{60}$/);
    assert.equal(token.slice(-6), checksumOf(token.slice(0, -6)));
    assert.ok(token.startsWith(key.prefix) && key.prefix.length === 16);
    assert.deepEqual([key.name, key.scopes, key.expiresAtMs], ["bot", ["trade"], null]);
    const { rows } = await world().pool.query("SELECT key::text FROM app.api_keys AS key");
    assert.ok(rows.every((row) => !row.key.includes(token.slice(16, 40))));
    const listed = await world().call("GET", "/v1/auth/keys", { token: session });
    assert.deepEqual(listed.body.items[0], key);
    assert.ok(!listed.text.includes(token));
    assert.ok(world().logLines.every((line) => !line.includes(token.slice(10))));
  });

  it("acts for its account with its scopes, and never as an admin", async () => {
    const { token, key } = (await create({ name: "both", scopes: ["read", "trade"] })).body;
    const { body } = await me(token);
    assert.deepEqual(body, {
      id: key.id,
      account,
      credential: "api_key",
      expiresAtMs: null,
      isAdmin: false,
      scopes: ["read", "trade"],
      delegateOf: null,
    });
    assert.equal((await world().call("GET", "/v1/account/balance", { token })).status, 200);
    assert.equal((await world().call("DELETE", "/v1/orders", { token })).status, 200);
  });

  it("is told the scope it lacks", async () => {
    const reader = (await create({ name: "reader", scopes: ["read"] })).body.token;
    const trader = (await create({ name: "trader", scopes: ["trade"] })).body.token;
    const refused = await world().call("DELETE", "/v1/orders", { token: reader });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, "scope_insufficient");
    assert.deepEqual([refused.body.needed, refused.body.scopes], ["trade", ["read"]]);
    const blind = await world().call("GET", "/v1/account/balance", { token: trader });
    assert.deepEqual([blind.body.code, blind.body.needed], ["scope_insufficient", "read"]);
    const child = await create({ name: "child", scopes: ["read"] }, reader);
    assert.deepEqual([child.body.code, child.body.needed], ["scope_insufficient", "session"]);
  });

  it("opens the account's stream if it may read", async () => {
    const { api } = world();
    const reader = (await create({ name: "reader", scopes: ["read"] })).body.token;
    const trader = (await create({ name: "trader", scopes: ["trade"] })).body.token;
    const socket = await connectSocket(api.url);
    socket.send({ op: "auth", token: trader });
    assert.equal((await socket.next("authenticated")).expiresAtMs, null);
    socket.send({ op: "subscribe", stream: "account" });
    assert.equal((await socket.next("error")).code, "scope_insufficient");
    socket.send({ op: "auth", token: reader });
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    socket.close();
  });

  it("is refused at once when it is revoked, and its streams end", async () => {
    const { api, call } = world();
    const { token, key } = (await create({ name: "short", scopes: ["read"] })).body;
    assert.equal((await me(token)).status, 200);
    const socket = await connectSocket(api.url, { Authorization: `Bearer ${token}` });
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    const path = `/v1/auth/keys/${key.id}`;
    const stranger = await world().signIn(await world().trader(0n));
    const foreign = await call("DELETE", path, { token: stranger });
    assert.equal(foreign.body.code, "api_key_unknown");
    assert.equal((await me(token)).status, 200);
    assert.equal((await call("DELETE", path, { token: session })).status, 200);
    assert.equal((await me(token)).body.code, "unauthenticated");
    const { code, stream } = await socket.next("error");
    assert.deepEqual([code, stream], ["api_key_revoked", "account"]);
    const again = await call("DELETE", path, { token: session });
    assert.equal(again.body.code, "api_key_unknown");
    socket.close();
  });

  it("is refused here, and its streams end, soon after it was revoked elsewhere", async () => {
    const { api, pool } = world();
    const { token, key } = (await create({ name: "elsewhere", scopes: ["read"] })).body;
    const socket = await connectSocket(api.url, { Authorization: `Bearer ${token}` });
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    await pool.query("DELETE FROM app.api_keys WHERE id = $1", [key.id]);
    const deletedAtMs = Date.now();
    await eventually(async () => (await me(token)).status === 401, 3000);
    assert.equal((await socket.next("error")).code, "api_key_revoked");
    assert.ok(Date.now() - deletedAtMs < 5000);
    socket.close();
  });

  it("says that it has expired", async () => {
    const { pool } = world();
    const body = { name: "old", scopes: ["read"], expiresInSeconds: 60 };
    const { token, key } = (await create(body)).body;
    assert.ok(Math.abs(key.expiresAtMs - Date.now() - 60_000) < 5000);
    await pool.query("UPDATE app.api_keys SET expires_at = now() WHERE id = $1", [key.id]);
    const reply = await me(token);
    assert.deepEqual([reply.status, reply.body.code], [401, "api_key_expired"]);
  });

  it("tells to the minute when it was last used, and writes it no more often", async () => {
    const { pool } = world();
    const { token, key } = (await create({ name: "used", scopes: ["read"] })).body;
    assert.equal(key.lastUsedAtMs, null);
    const usedAtMs = Date.now();
    await me(token);
    const lastUsed = async () => {
      const { rows } = await pool.query("SELECT last_used_at FROM app.api_keys WHERE id = $1", [
        key.id,
      ]);
      return rows[0].last_used_at?.getTime() ?? null;
    };
    await eventually(async () => (await lastUsed()) !== null);
    const first = await lastUsed();
    assert.ok(Math.abs(first - usedAtMs) < 2000);
    await me(token);
    // A later key's first use is written after this one's second would have been.
    const other = (await create({ name: "other", scopes: ["read"] })).body;
    await me(other.token);
    await eventually(async () => {
      const listed = await world().call("GET", "/v1/auth/keys", { token: session });
      return listed.body.items.some(
        (one: { id: string; lastUsedAtMs: number | null }) =>
          one.id === other.key.id && one.lastUsedAtMs !== null,
      );
    });
    assert.equal(await lastUsed(), first);
  });

  it("is one of at most twenty, also when many are made at once", async () => {
    const owner = await world().signIn(await world().trader(0n));
    const replies = await Promise.all(
      Array.from({ length: 25 }, (_, n) => create({ name: `n${n}`, scopes: ["read"] }, owner)),
    );
    assert.equal(replies.filter(({ status }) => status === 201).length, 20);
    const refused = replies.filter(({ status }) => status !== 201);
    assert.ok(refused.every(({ body }) => body.code === "api_key_limit_reached"));
  });
});
