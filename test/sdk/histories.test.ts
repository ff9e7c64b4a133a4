import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { isAgonError } from "../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../sdk/client.ts";
import { fillOf } from "./fixture/account-frames.ts";
import { type ScriptedServer, startScriptedServer } from "./fixture/scripted-server.ts";

const PAGES = 4;
const PER_PAGE = 3;

describe("histories", () => {
  let server: ScriptedServer;
  let client: AgonClient;

  /** Trades in pages, whose cursors are page numbers; `answer` may replace one page's answer. */
  async function serve(failing: ReadonlySet<number> = new Set()): Promise<void> {
    const failed = new Set(failing);
    server = await startScriptedServer(({ path }) => {
      const page = Number(new URL(path, "http://x").searchParams.get("cursor") ?? "0");
      if (failed.delete(page)) return "broken connection";
      const items = Array.from({ length: PER_PAGE }, (_, i) =>
        fillOf(page * PER_PAGE + i + 1, 100, "settled"),
      );
      const nextCursor = page + 1 < PAGES ? String(page + 1) : null;
      return { status: 200, body: { items, nextCursor } };
    });
    client = await connect(server.url, { retry: { baseDelayMs: 1, maxDelayMs: 2 } });
  }

  afterEach(() => server.stop());

  it("ends with a code once it is aborted, and asks for no further page", async () => {
    await serve();
    const abort = new AbortController();
    const seen: number[] = [];
    await assert.rejects(
      async () => {
        for await (const { fillSeq } of client.trades("eth-up", { signal: abort.signal })) {
          seen.push(fillSeq);
          if (fillSeq === PER_PAGE) abort.abort();
        }
      },
      (error) => isAgonError(error, "aborted"),
    );
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(server.seen.length, 1);
  });

  it("is given up in the middle of a request that does not end", async () => {
    await serve();
    const abort = new AbortController();
    const hanging = await connect(server.url, {
      fetch: async (input, init) => {
        if (String(input).endsWith("/v1/exchange")) return fetch(input, init);
        queueMicrotask(() => abort.abort());
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        });
      },
    });
    const walk = hanging.trades("eth-up", { signal: abort.signal });
    await assert.rejects(walk.next(), (error) => isAgonError(error, "aborted"));
  });

  it("asks for a page when it is needed, and for none after the loop was left", async () => {
    await serve();
    for await (const { fillSeq } of client.trades("eth-up", { limit: PER_PAGE })) {
      if (fillSeq === PER_PAGE + 1) break;
    }
    assert.deepEqual(
      server.seen.map(({ path }) => path),
      ["/v1/markets/eth-up/trades?limit=3", "/v1/markets/eth-up/trades?limit=3&cursor=1"],
    );
  });

  it("gives every item of every page once, in order, through broken connections", async () => {
    await serve(new Set([0, 2]));
    const seen: number[] = [];
    for await (const { fillSeq } of client.trades("eth-up")) seen.push(fillSeq);
    assert.deepEqual(
      seen,
      Array.from({ length: PAGES * PER_PAGE }, (_, i) => i + 1),
    );
  });

  it("starts where a cursor says", async () => {
    await serve();
    const { value } = await client.trades("eth-up", { cursor: "3" }).next();
    assert.equal(value?.fillSeq, 3 * PER_PAGE + 1);
  });
});
