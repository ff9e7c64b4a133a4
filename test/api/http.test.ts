import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

const PAGE = "https://app.example";

describe("every request", () => {
  const world = useApiWorld({ CORS_ORIGINS: PAGE });

  it("keeps a harmless request id and replaces any other", async () => {
    const { call } = world();
    const kept = await call("GET", "/health", { headers: { "X-Request-ID": "my-id.1" } });
    assert.equal(kept.headers.get("x-request-id"), "my-id.1");
    const replaced = await call("GET", "/health", { headers: { "X-Request-ID": 'a b"c' } });
    assert.match(replaced.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  });

  it("gets CORS headers for a page on the allow-list only, on refusals too", async () => {
    const { call } = world();
    const ours = await call("GET", "/v1/nowhere", { headers: { Origin: PAGE } });
    assert.equal(ours.headers.get("access-control-allow-origin"), PAGE);
    assert.equal(ours.headers.get("access-control-allow-credentials"), "true");
    const other = await call("GET", "/v1/exchange", {
      headers: { Origin: "https://evil.example" },
    });
    assert.equal(other.headers.get("access-control-allow-origin"), null);
    const preflight = await call("OPTIONS", "/v1/orders", {
      headers: { Origin: PAGE, "Access-Control-Request-Method": "POST" },
    });
    assert.equal(preflight.status, 204);
  });

  it("gets the security headers, and a policy that names no other host, on refusals too", async () => {
    const { call } = world();
    const replies = [
      await call("GET", "/docs"),
      await call("GET", "/v1/nowhere"),
      await call("PUT", "/v1/orders"),
      await call("POST", "/v1/orders", { raw: "{" }),
      await call("POST", "/v1/orders", { raw: "a=1", headers: { "Content-Type": "text/plain" } }),
      await call("GET", "/health"),
    ];
    for (const { headers } of replies) {
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /script-src 'none'/);
      assert.doesNotMatch(policy, /https?:/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("x-frame-options"), "SAMEORIGIN");
      assert.equal(headers.get("x-powered-by"), null);
    }
  });

  it("is told the allowed methods with a refused one", async () => {
    const { headers, body } = await world().call("PUT", "/v1/orders");
    assert.equal(body.code, "method_not_allowed");
    assert.deepEqual(headers.get("allow")?.split(", "), ["DELETE", "GET", "HEAD", "POST"]);
  });

  it("leaves one log line with its id and route, and no secret in any line", async () => {
    const { call, trader, signIn, order, engine, logLines } = world();
    const marketId = await engine.createMarket("logged");
    const account = await trader();
    const token = await signIn(account);
    const request = await order(account, { marketId });
    const headers = { "X-Request-ID": "find-me" };
    await call("POST", "/v1/orders", { body: request, token, headers });
    await call("GET", "/v1/auth/me", { headers: { Cookie: `agon_session=${token}` } });
    const made = await call("POST", "/v1/auth/keys", {
      token,
      body: { name: "bot", scopes: ["read", "trade"] },
    });
    const key: string = made.body.token;
    assert.ok(key.length > 20);
    const again = await order(account, { marketId, price: 1 });
    await call("POST", "/v1/orders", { body: again, token: key });
    await call("POST", "/v1/orders", { body: { ...again, signature: "0xbad" }, token: key });
    await call("GET", `/v1/account/fills?cursor=${key}`, { token: key });
    await call("GET", "/v1/auth/me", { headers: { "X-API-Key": key, Authorization: key } });
    const line = logLines.map((one) => JSON.parse(one)).find((one) => one.requestId === "find-me");
    assert.equal(line.route, "/v1/orders");
    assert.equal(line.status, 201);
    const all = logLines.join("\n");
    for (const secret of [token, key, again.signature.slice(2, 60)]) {
      assert.ok(!all.includes(secret));
    }
    assert.ok(!all.includes(request.signature.slice(2, 60)));
    assert.ok(!all.includes("agon:agon@"), "the database's password");
  });

  it("is counted by its route, never by its path", async () => {
    const { call } = world();
    await call("GET", "/v1/markets/some-unknown-slug");
    await call("GET", "/v1/some/random/path");
    const { text } = await call("GET", "/metrics");
    assert.match(text, /http_requests_total\{[^}]*route="\/v1\/markets\/:slug"[^}]*status="404"/);
    assert.match(text, /http_request_duration_seconds_bucket/);
    assert.match(text, /signature_recovery_native\{[^}]*\} 1/);
    assert.match(text, /signature_recovery_queued_orders\{[^}]*\} 0/);
    assert.doesNotMatch(text, /some-unknown-slug|random/);
    assert.match(text, /database_pool_connections\{state="idle"[^}]*\} \d/);
    assert.match(text, /database_pool_waiting_requests\{[^}]*\} 0/);
  });
});

describe("an api whose signatures are recovered in JavaScript", () => {
  const world = useApiWorld({ SIGNATURE_NATIVE: "false", SIGNATURE_THREADS: "1" });

  it("says so in its log, its metrics and its health, and takes orders", async () => {
    const { call, engine, logLines, order, trader } = world();
    assert.ok(logLines.some((line) => /"level":"warn".*JavaScript/.test(line)));
    const { text } = await call("GET", "/metrics");
    assert.match(text, /signature_recovery_native\{[^}]*\} 0/);
    assert.match(text, /signature_recovery_threads\{[^}]*\} 1/);
    const { body } = await call("GET", "/health/detailed");
    const signatures = { status: "degraded", implementation: "javascript", threads: 1, queued: 0 };
    assert.deepEqual(body.signatures, signatures);
    const marketId = await engine.createMarket("slow");
    const placed = await call("POST", "/v1/orders", {
      body: await order(await trader(), { marketId }),
    });
    assert.equal(placed.status, 201);
  });
});

describe("the rate limit", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: "5" });

  it("keeps a count of its own for cancels and heartbeats, for a client that is limited", async () => {
    const { call } = world();
    const get = async () => (await call("GET", "/v1/markets")).status;
    while ((await get()) !== 429);
    const one = await call("DELETE", `/v1/orders/0x${"ab".repeat(32)}`);
    const all = await call("DELETE", "/v1/orders");
    assert.deepEqual([one.status, all.status], [401, 401]);
    assert.equal(all.headers.get("ratelimit-policy"), '"cancels";q=5;w=60');
    const beat = await call("POST", "/v1/heartbeat", { body: { timeoutMs: 5_000 } });
    assert.deepEqual([beat.status, beat.headers.get("x-ratelimit-remaining")], [401, "2"]);
    for (let i = 0; i < 2; i++) await call("DELETE", "/v1/orders");
    assert.equal((await call("DELETE", "/v1/orders")).body.code, "rate_limited");
  });
});
