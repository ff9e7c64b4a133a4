import assert from "node:assert/strict";
import { request } from "node:http";
import { before, describe, it } from "mocha";
import type { PrivateKeyAccount } from "viem";
import { type Reply, useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";

const TRADES = 1_203;
const TAKES_OF_ONE_BATCH = 100;

describe("a list as a file", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: "100000" });
  let maker: PrivateKeyAccount;
  let token: string;
  let other: string;

  before(async function () {
    this.timeout(60_000);
    const { engine, trader, signIn, order, call } = world();
    const marketId = await engine.createMarket("taken-home");
    maker = await trader(100_000_000_000n);
    const taker = await trader(100_000_000_000n);
    const rest = await order(maker, { marketId, price: 500, quantity: TRADES });
    await call("POST", "/v1/orders", { body: { ...rest, clientId: "-cmd-1" } });
    for (let placed = 0; placed < TRADES; placed += TAKES_OF_ONE_BATCH) {
      const count = Math.min(TAKES_OF_ONE_BATCH, TRADES - placed);
      const orders = await Promise.all(
        Array.from({ length: count }, () =>
          order(taker, { marketId, outcome: 0, price: 500, quantity: 1 }),
        ),
      );
      const { body } = await call("POST", "/v1/orders/batch", { body: { orders } });
      assert.ok(body.results.every(({ ok }: { ok: boolean }) => ok));
    }
    token = await signIn(maker);
    other = await signIn(await trader(0n));
  });

  const linesOf = ({ text }: Reply) => text.trimEnd().split(/\r?\n/);

  it("is refused by code before it begins: without a session, with a foreign cursor or form", async () => {
    const { call } = world();
    const codes = [
      await call("GET", "/v1/account/fills?format=csv"),
      await call("GET", "/v1/account/fills?format=csv&cursor=nonsense", { token }),
      await call("GET", "/v1/account/fills?format=xls", { token }),
      await call("GET", "/v1/account/transfers?format=csv", { token }),
    ].map(({ status, body }) => [status, body.code]);
    assert.deepEqual(codes, [
      [401, "unauthenticated"],
      [400, "cursor_invalid"],
      [400, "validation_failed"],
      [503, "index_unavailable"],
    ]);
  });

  it("holds every fill once, as the pages have them, in either form and by either way to ask", async () => {
    const { call } = world();
    const seqs: number[] = [];
    let cursor = "";
    do {
      const { body } = await call("GET", `/v1/account/fills?limit=500${cursor}`, { token });
      for (const { fill } of body.items) seqs.push(fill.fillSeq);
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    assert.equal(seqs.length, TRADES);

    const csv = await call("GET", "/v1/account/fills", { token, headers: { Accept: "text/csv" } });
    assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8");
    assert.match(
      csv.headers.get("content-disposition") ?? "",
      /attachment; filename="fills-0x.*csv"/,
    );
    const [head = "", ...rows] = linesOf(csv);
    assert.deepEqual(head.split(",").slice(0, 3), ["role", "fillSeq", "timeMs"]);
    assert.deepEqual(
      rows.map((row) => Number(row.split(",")[1])),
      seqs,
    );

    const lines = linesOf(await call("GET", "/v1/account/fills?format=jsonl", { token }));
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).fillSeq),
      seqs,
    );
    const trades = linesOf(await call("GET", "/v1/markets/taken-home/trades?format=jsonl"));
    assert.equal(trades.length, TRADES);
  });

  it("holds one's own rows only, and no formula out of what a client named", async () => {
    const { call } = world();
    const nothing = linesOf(await call("GET", "/v1/account/fills?format=csv", { token: other }));
    assert.equal(nothing.length, 1);
    const [head = "", row = ""] = linesOf(await call("GET", "/v1/orders?format=csv", { token }));
    assert.equal(row.split(",")[head.split(",").indexOf("clientId")], "'-cmd-1");
  });

  it("gives its slot back, whether it was read, not wanted, or broken off", async () => {
    const { call, api } = world();
    for (let n = 0; n < 3; n++) {
      const { status } = await call("HEAD", "/v1/account/fills?format=csv", { token });
      assert.equal(status, 200);
    }
    for (let n = 0; n < 3; n++) {
      const headers = { Authorization: `Bearer ${token}` };
      const sent = request(`${api.url}/v1/account/fills?format=csv`, { headers });
      sent.on("error", () => {});
      await new Promise<void>((resolve) => {
        sent.on("response", (response) => {
          assert.equal(response.statusCode, 200);
          response.on("error", () => {});
          response.once("data", () => {
            sent.destroy();
            resolve();
          });
        });
        sent.end();
      });
    }
    await eventually(
      async () => (await call("GET", "/v1/account/fills?format=csv", { token })).status === 200,
    );
  });

  it("counts as the fifty-one requests that it is said to be", async () => {
    const { call } = world();
    const left = async (path: string) =>
      Number((await call("GET", path, { token })).headers.get("x-ratelimit-remaining"));
    const start = await left("/v1/auth/me");
    assert.equal(start - (await left("/v1/account/fills?format=csv")), 51);
  });
});

describe("a read that was made before", () => {
  const world = useApiWorld();

  it("is answered with 304 and nothing else until what it shows has changed", async () => {
    const { call, engine, order, trader } = world();
    const marketId = await engine.createMarket("seen");
    for (const path of [
      "",
      "/v1/markets/seen",
      "/v1/markets/seen/book",
      "/v1/markets/seen/ticker",
    ]) {
      const at = path || "/v1/markets";
      const first = await call("GET", at);
      const etag = first.headers.get("etag") ?? "";
      assert.match(etag, /^W\/"[\w-]{27}"$/, at);
      const again = await call("GET", at, { headers: { "If-None-Match": etag } });
      assert.deepEqual([again.status, again.text], [304, ""], at);
      assert.equal(again.headers.get("etag"), etag);
      assert.ok(again.headers.get("ratelimit"));
    }
    const book = await call("GET", "/v1/markets/seen/book");
    const body = await order(await trader(), { marketId });
    assert.equal((await call("POST", "/v1/orders", { body })).status, 201);
    const headers = { "If-None-Match": book.headers.get("etag") ?? "" };
    await eventually(
      async () => (await call("GET", "/v1/markets/seen/book", { headers })).status === 200,
    );
  });
});
