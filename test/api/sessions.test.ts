import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PrivateKeyAccount } from "viem";
import { issueToken } from "../../api/sign-in/credential-token.ts";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";
import { connectSocket } from "./support/test-socket.ts";

describe("a session", () => {
  const world = useApiWorld({ SESSION_ROTATION_GRACE_MS: "200", SESSION_LONGEST_S: "90010" });

  async function logIn(account: PrivateKeyAccount, headers: Record<string, string> = {}) {
    const { call, signInMessage } = world();
    const message = await signInMessage(account);
    const signature = await account.signMessage({ message });
    return call("POST", "/v1/auth/login", { body: { message, signature }, headers });
  }

  const me = (token: string) => world().call("GET", "/v1/auth/me", { token });

  it("is refused to garbage without a look into the database", async () => {
    const { token } = issueToken("session");
    const misspelt = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
    for (const bad of ["x", `agon_${"a".repeat(43)}`, misspelt, token]) {
      const { status, body } = await me(bad);
      assert.equal(status, 401);
      assert.equal(body.code, "unauthenticated");
    }
  });

  it("says that it has expired", async () => {
    const { pool, trader, signIn } = world();
    const account = await trader(0n);
    const token = await signIn(account);
    await pool.query("UPDATE app.sessions SET expires_at = now() WHERE account = $1", [
      account.address.toLowerCase(),
    ]);
    const { body } = await me(token);
    assert.equal(body.code, "session_expired");
  });

  it("tells whose it is, by bearer token and by cookie", async () => {
    const account = await world().trader(0n);
    const login = await logIn(account);
    const cookie = login.headers.get("set-cookie") ?? "";
    assert.match(cookie, /^agon_session=agon_sess_[0-9A-Za-z]{60}; .*httponly/i);
    assert.match(cookie, /samesite=lax/i);
    const { body } = await me(login.body.token);
    assert.deepEqual(body, {
      id: body.id,
      account: account.address.toLowerCase(),
      credential: "session",
      expiresAtMs: login.body.expiresAtMs,
      isAdmin: false,
      scopes: ["read", "trade"],
      delegateOf: null,
    });
    const headers = { Cookie: cookie.split(";")[0] as string };
    const byCookie = await world().call("GET", "/v1/auth/me", { headers });
    assert.equal(byCookie.body.id, body.id);
  });

  it("tells whom its wallet may sign for, as far as the index knows", async () => {
    const { pool, trader, signIn } = world();
    const account = await trader(0n);
    const token = await signIn(account);
    const [owner, former] = [`0x${"ab".repeat(20)}`, `0x${"cd".repeat(20)}`];
    await pool.query("CREATE SCHEMA IF NOT EXISTS chain");
    await pool.query(
      "CREATE TABLE chain.delegates (account text, delegate text, removed_at bigint)",
    );
    await pool.query(
      "INSERT INTO chain.delegates VALUES ($2, $1, NULL), ($3, $1, 1), ($1, $2, NULL)",
      [account.address.toLowerCase(), owner, former],
    );
    assert.deepEqual((await me(token)).body.delegateOf, [owner]);
    await pool.query("DROP TABLE chain.delegates");
    assert.equal((await me(token)).body.delegateOf, null);
  });

  const pages: [string, Record<string, string>, boolean][] = [
    ["another site", { Origin: "https://evil.example" }, false],
    ["a sandboxed frame", { Origin: "null" }, false],
    ["a same-site stranger without Origin", { "Sec-Fetch-Site": "same-site" }, false],
    ["nobody knows where", {}, false],
    ["its own origin, which the browser vouches for", { "Sec-Fetch-Site": "same-origin" }, true],
  ];
  for (const [from, headers, isTaken] of pages) {
    it(`${isTaken ? "acts" : "does not act"} by cookie for a page of ${from}`, async () => {
      const { token } = (await logIn(await world().trader(0n))).body;
      const cookie = { Cookie: `agon_session=${token}` };
      const { body } = await world().call("POST", "/v1/auth/logout", {
        headers: { ...cookie, ...headers },
      });
      if (isTaken) assert.equal(body.signedOut, true);
      else assert.equal(body.code, "cross_site_refused");
      assert.equal((await me(token)).status, isTaken ? 401 : 200);
    });
  }

  it("acts by cookie for a page of the api's own host", async () => {
    const { api, call } = world();
    const { token } = (await logIn(await world().trader(0n))).body;
    const headers = { Cookie: `agon_session=${token}`, Origin: api.url };
    assert.equal((await call("POST", "/v1/auth/logout", { headers })).status, 200);
  });

  it("leaves no cookie with a visitor of another site", async () => {
    const login = await logIn(await world().trader(0n), { Origin: "https://evil.example" });
    assert.equal(login.status, 200);
    assert.equal(login.headers.get("set-cookie"), null);
  });

  it("takes a new token by a refresh; the old one dies at once", async () => {
    const { call, trader } = world();
    const first = (await logIn(await trader(0n))).body;
    assert.equal((await me(first.token)).status, 200);
    const second = await call("POST", "/v1/auth/refresh", { token: first.token });
    assert.equal(second.status, 200);
    assert.ok(second.body.expiresAtMs > first.expiresAtMs);
    assert.equal((await me(first.token)).body.code, "session_expired");
    assert.equal((await me(second.body.token)).status, 200);
  });

  it("ends when a replaced token is used again", async () => {
    const { call, trader } = world();
    const { token: stolen } = (await logIn(await trader(0n))).body;
    const fresh = (await call("POST", "/v1/auth/refresh", { token: stolen })).body.token;
    assert.equal((await me(fresh)).status, 200);
    const refreshedAtMs = Date.now();
    await eventually(() => Date.now() - refreshedAtMs > 250);
    assert.equal((await me(stolen)).body.code, "session_expired");
    assert.equal((await me(fresh)).body.code, "unauthenticated");
  });

  it("gives one of two refreshes at once a token", async () => {
    const { call, trader } = world();
    const { token } = (await logIn(await trader(0n))).body;
    const replies = await Promise.all(
      [1, 2, 3].map(() => call("POST", "/v1/auth/refresh", { token })),
    );
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 401, 401]);
    const winner = replies.find(({ status }) => status === 200);
    assert.equal((await me(winner?.body.token)).status, 200);
  });

  it("is lengthened no further than its longest life", async () => {
    const { call, pool, trader } = world();
    const account = await trader(0n);
    const { token } = (await logIn(account)).body;
    await pool.query(
      `UPDATE app.sessions SET created_at = created_at - interval '2 hours',
       expires_at = expires_at - interval '2 hours' WHERE account = $1`,
      [account.address.toLowerCase()],
    );
    const { body } = await call("POST", "/v1/auth/refresh", { token });
    const leftMs = body.expiresAtMs - Date.now();
    assert.ok(leftMs < 90_010_000 - 7_190_000 && leftMs > 90_010_000 - 7_220_000, String(leftMs));
  });

  it("keeps its streams through a refresh, and loses them when it ends", async () => {
    const { api, call, trader } = world();
    const { token } = (await logIn(await trader(0n))).body;
    const socket = await connectSocket(api.url);
    socket.send({ op: "auth", token });
    await socket.next("authenticated");
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    const fresh = (await call("POST", "/v1/auth/refresh", { token })).body.token;
    socket.send({ op: "ping", id: 1 });
    await socket.next("pong");
    assert.ok(socket.seen.every(({ type }) => type !== "error"));
    await call("POST", "/v1/auth/logout", { token: fresh });
    const { code, stream } = await socket.next("error");
    assert.deepEqual([code, stream], ["session_expired", "account"]);
    socket.close();
  });

  it("ends alone, or with all of the account's, or from another of them", async () => {
    const { call, trader, signIn } = world();
    const [account, other] = [await trader(0n), await trader(0n)];
    const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map(() => signIn(account)));
    assert.ok(one && two && three && four);
    const stranger = await signIn(other);
    await call("POST", "/v1/auth/logout", { token: one });
    assert.equal((await me(one)).status, 401);

    const listed = await call("GET", "/v1/auth/sessions", { token: two });
    assert.equal(listed.body.items.length, 3);
    assert.equal(listed.body.currentId, (await me(two)).body.id);
    const { id } = (await me(three)).body;
    const foreign = await call("DELETE", `/v1/auth/sessions/${id}`, { token: stranger });
    assert.equal(foreign.body.code, "session_unknown");
    assert.equal((await me(three)).status, 200);
    assert.equal((await call("DELETE", `/v1/auth/sessions/${id}`, { token: two })).status, 200);
    assert.equal((await me(three)).status, 401);

    await call("POST", "/v1/auth/logout?everywhere=true", { token: two });
    assert.deepEqual([(await me(two)).status, (await me(four)).status], [401, 401]);
    assert.equal((await me(stranger)).status, 200);
  });

  it("of a stranger keeps its streams when another account asks for its end", async () => {
    const { api, call, trader, signIn } = world();
    const [token, stranger] = [await signIn(await trader(0n)), await signIn(await trader(0n))];
    const { id } = (await me(token)).body;
    const socket = await connectSocket(api.url);
    socket.send({ op: "auth", token });
    await socket.next("authenticated");
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    const refused = await call("DELETE", `/v1/auth/sessions/${id}`, { token: stranger });
    assert.equal(refused.body.code, "session_unknown");
    socket.send({ op: "ping", id: 1 });
    await socket.next("pong");
    assert.ok(socket.seen.every(({ type }) => type !== "error"));
    socket.close();
  });

  it("is not shortened by a refresh after its longest life", async () => {
    const { call, pool, trader } = world();
    const account = await trader(0n);
    const { token, expiresAtMs } = (await logIn(account)).body;
    await pool.query(
      "UPDATE app.sessions SET created_at = created_at - interval '2 hours' WHERE account = $1",
      [account.address.toLowerCase()],
    );
    const fresh = (await call("POST", "/v1/auth/refresh", { token })).body;
    assert.equal(fresh.expiresAtMs, expiresAtMs);
    assert.equal((await me(fresh.token)).status, 200);
  });

  it("makes room for the newest of fifty", async () => {
    const { pool, trader, signIn } = world();
    const account = await trader(0n);
    const oldest = await signIn(account);
    await pool.query(
      `INSERT INTO app.sessions (id, account, token_hash, expires_at)
       SELECT 'filled-' || n, $1, ''::bytea, now() + interval '1 hour' FROM generate_series(1, 49) n`,
      [account.address.toLowerCase()],
    );
    assert.equal((await me(oldest)).status, 200);
    const newest = await signIn(account);
    assert.equal((await me(oldest)).status, 401);
    assert.equal((await me(newest)).status, 200);
  });
});

describe("a session that nobody came back for", () => {
  const world = useApiWorld();

  it("goes with the next sign-in of anyone, a day after its end", async () => {
    const { pool, signIn, trader } = world();
    await pool.query(
      `INSERT INTO app.sessions (id, account, token_hash, expires_at)
       SELECT n::text, '0x' || n, ''::bytea, now() - interval '12 hours' * n
       FROM generate_series(1, 3) n`,
    );
    await signIn(await trader(0n));
    const { rows } = await pool.query("SELECT id FROM app.sessions WHERE expires_at < now()");
    assert.deepEqual(rows, [{ id: "1" }]);
  });
});

describe("a session behind TLS", () => {
  const world = useApiWorld({ COOKIE_SECURE: "true" });

  it("comes as a cookie of this host alone, and not for a page without TLS", async () => {
    const { api, call, trader, signInMessage } = world();
    const account = await trader(0n);
    const message = await signInMessage(account);
    const signature = await account.signMessage({ message });
    const login = await call("POST", "/v1/auth/login", { body: { message, signature } });
    const cookie = login.headers.get("set-cookie") ?? "";
    assert.match(cookie, /^__Host-agon_session=/);
    assert.match(cookie, /; secure/i);
    assert.match(cookie, /; path=\//i);
    assert.doesNotMatch(cookie, /domain=/i);
    const headers = { Cookie: cookie.split(";")[0] as string };
    const plain = await call("POST", "/v1/auth/logout", {
      headers: { ...headers, Origin: api.url },
    });
    assert.equal(plain.body.code, "cross_site_refused");
    const secure = api.url.replace("http:", "https:");
    const own = await call("POST", "/v1/auth/logout", { headers: { ...headers, Origin: secure } });
    assert.equal(own.status, 200);
  });
});

describe("a session behind a proxy", () => {
  const PUBLIC_URL = "https://agon.example";
  const world = useApiWorld({ PUBLIC_URL, TRUST_PROXY: "1", COOKIE_SECURE: "true" });

  const pages: [string, Record<string, string>, boolean][] = [
    ["of PUBLIC_URL, when the proxy asks for another host", { Origin: PUBLIC_URL }, true],
    [
      "of the host that the proxy was asked for",
      { Origin: "https://other.example", "X-Forwarded-Host": "other.example" },
      true,
    ],
    ["of PUBLIC_URL's host without TLS", { Origin: "http://agon.example" }, false],
    [
      "of another site",
      { Origin: "https://evil.example", "X-Forwarded-Host": "agon.example" },
      false,
    ],
  ];
  for (const [what, headers, isTaken] of pages) {
    it(`${isTaken ? "acts" : "does not act"} by cookie for a page ${what}, on both roads`, async () => {
      const { api, call, signIn, trader } = world();
      const cookie = { Cookie: `__Host-agon_session=${await signIn(await trader(0n))}` };
      const socket = await connectSocket(api.url, { ...cookie, ...headers });
      socket.send({ op: "subscribe", stream: "account" });
      if (isTaken) await socket.next("snapshot");
      else assert.equal((await socket.next("error")).code, "unauthenticated");
      socket.close();
      const reply = await call("DELETE", "/v1/orders", { headers: { ...cookie, ...headers } });
      if (isTaken) assert.equal(reply.status, 200);
      else assert.equal(reply.body.code, "cross_site_refused");
    });
  }
});
