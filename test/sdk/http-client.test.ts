import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { z } from "zod";
import { type AgonError, isAgonError } from "../../sdk/agon-error.ts";
import { createHttpClient, type HttpClient } from "../../sdk/http-client.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../../sdk/retry.ts";
import {
  type Answer,
  problem,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from "./fixture/scripted-server.ts";

const reply = z.object({ done: z.literal(true) });
const done: Answer = { status: 200, body: { done: true } };

function client(url: string, retry: Partial<RetryPolicy> = {}, timeoutMs = 5_000): HttpClient {
  return createHttpClient({
    url,
    fetch: globalThis.fetch,
    retry: { ...DEFAULT_RETRY, baseDelayMs: 1, maxDelayMs: 4, ...retry },
    timeoutMs,
    token: () => "a-token",
  });
}

describe("http client", () => {
  let server: ScriptedServer;

  async function serve(...answers: Answer[]): Promise<HttpClient> {
    const last = answers.at(-1) ?? assert.fail();
    server = await startScriptedServer(
      (_request: SeenRequest, count) => answers[count - 1] ?? last,
    );
    return client(server.url);
  }

  afterEach(() => server.stop());

  async function failure(work: Promise<unknown>): Promise<AgonError> {
    const error = await work.then(
      () => assert.fail("no failure"),
      (met: unknown) => met,
    );
    assert.ok(isAgonError(error), String(error));
    return error;
  }

  it("tells a refusal by its code, status, mend, facts and request id, and does not repeat it", async () => {
    const http = await serve(problem(422, "insufficient_cash"));
    const error = await failure(http.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "insufficient_cash");
    assert.equal(error.status, 422);
    assert.equal(error.mend, "Mend it.");
    assert.deepEqual(error.details, { freeMicro: "7" });
    assert.equal(error.requestId, "request-1");
    assert.equal(server.seen.length, 1);
  });

  it("gives up after the stated number of attempts", async () => {
    await serve(problem(503, "engine_unavailable"));
    const http = client(server.url, { maxAttempts: 3 });
    const error = await failure(http.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "engine_unavailable");
    assert.equal(error.attempts, 3);
    assert.equal(server.seen.length, 3);
  });

  it("does not wait beyond its deadline for a Retry-After", async () => {
    const http = await serve(problem(429, "rate_limited", { "retry-after": "3600" }));
    const error = await failure(http.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "rate_limited");
    assert.equal(server.seen.length, 1);
  });

  it("does not repeat what may have been done when a repeat could do it twice", async () => {
    const answers: Answer[] = [
      "broken connection",
      problem(504, "engine_timeout"),
      problem(502, "internal"),
    ];
    for (const answer of answers) {
      const http = await serve(answer, done);
      await failure(http.request({ method: "POST", path: "/v1/x", body: {}, reply }));
      assert.equal(server.seen.length, 1);
      await server.stop();
    }
    await serve(done);
  });

  it("does not repeat while trading is paused by decision", async () => {
    const http = await serve(problem(503, "trading_paused"));
    const error = await failure(
      http.request({ method: "POST", path: "/v1/x", body: {}, reply, repeatable: "idempotent" }),
    );
    assert.equal(error.code, "trading_paused");
    assert.equal(server.seen.length, 1);
  });

  it("refuses a reply that breaks its schema", async () => {
    const http = await serve({ status: 200, body: { done: "perhaps" } });
    const error = await failure(http.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "reply_invalid");
  });

  it("names a server that is not there", async () => {
    await serve(done);
    await server.stop();
    const http = client(server.url, { maxAttempts: 2 });
    const error = await failure(http.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "network_failed");
    assert.equal(error.attempts, 2);
  });

  it("names a server that does not answer in time", async () => {
    const hanging = createHttpClient({
      url: "http://127.0.0.1:1",
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        }),
      retry: { ...DEFAULT_RETRY, maxAttempts: 1 },
      timeoutMs: 5,
      token: () => null,
    });
    await serve(done);
    const error = await failure(hanging.request({ method: "GET", path: "/v1/x", reply }));
    assert.equal(error.code, "request_timed_out");
  });

  it("repeats a GET through broken connections and passing outages until it succeeds", async () => {
    const http = await serve(
      "broken connection",
      problem(502, "internal"),
      problem(503, "engine_unavailable"),
      problem(504, "engine_timeout"),
      done,
    );
    assert.deepEqual(await http.request({ method: "GET", path: "/v1/x", reply }), { done: true });
    assert.equal(server.seen.length, 5);
  });

  it("repeats an idempotent POST with the same bytes", async () => {
    const http = await serve("broken connection", problem(504, "engine_timeout"), done);
    const body = { order: { nonce: "18446744073709551615" } };
    await http.request({
      method: "POST",
      path: "/v1/orders",
      body,
      reply,
      repeatable: "idempotent",
    });
    assert.deepEqual(
      server.seen.map((request) => request.body),
      [body, body, body],
    );
  });

  it("repeats what has an Idempotency-Key under the same one, and gives each request its own", async () => {
    const http = await serve(
      "broken connection",
      problem(409, "idempotency_in_flight", { "retry-after": "0" }),
      problem(504, "engine_timeout"),
      done,
    );
    const request = {
      method: "POST",
      path: "/v1/x",
      body: {},
      reply,
      repeatable: "keyed",
    } as const;
    await http.request(request);
    await http.request(request);
    const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
    assert.equal(keys.length, 5);
    assert.match(String(keys[0]), /^0x[0-9a-f]{32}$/);
    assert.deepEqual([new Set(keys.slice(0, 4)).size, new Set(keys).size], [1, 2]);
  });

  it("repeats anything that the server says it did not take, not before Retry-After", async () => {
    const http = await serve(
      problem(429, "rate_limited", { "retry-after": "1" }),
      problem(503, "engine_busy"),
      done,
    );
    const startedMs = Date.now();
    await http.request({ method: "POST", path: "/v1/x", body: {}, reply });
    assert.ok(Date.now() - startedMs >= 1_000);
    assert.equal(server.seen.length, 3);
  });

  it("sends the session's token and the query, leaving out what is undefined", async () => {
    const http = await serve(done);
    await http.request({
      method: "GET",
      path: "/v1/x",
      query: { limit: 5, cursor: undefined, q: "a b" },
      reply,
    });
    assert.equal(server.seen[0]?.path, "/v1/x?limit=5&q=a+b");
    assert.equal(server.seen[0]?.headers.authorization, "Bearer a-token");
  });
});
