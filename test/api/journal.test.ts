import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { readJournal } from "../../api/journal/read-journal.ts";
import { chainHash } from "../../offchain-engine/journal/chain-hash.ts";
import { journalGenesisHash } from "../../protocol/journal/genesis-hash.ts";
import type { JournalHead, JournalReply, PublishedEntry } from "../../protocol/wire/journal.ts";
import { readJournalApi } from "../../scripts/audit/journal-source.ts";
import { DEPLOYMENT, useApiWorld } from "./support/api-world.ts";

const bytes = (hex: string) => Buffer.from(hex.slice(2), "hex");

async function page(world: () => ReturnType<ReturnType<typeof useApiWorld>>, query = "") {
  const { status, body } = await world().call("GET", `/v1/journal${query}`);
  assert.equal(status, 200);
  return body as JournalReply;
}

describe("journal, published at once", () => {
  const world = useApiWorld({ JOURNAL_LAG_SECONDS: "0", RATE_LIMIT_RPM: "1000" });

  before(async () => {
    const { engine, trader, order, call } = world();
    const marketId = await engine.createMarket("recorded");
    const [maker, taker] = [await trader(), await trader()];
    await call("POST", "/v1/orders", { body: await order(maker, { marketId, price: 600 }) });
    await call("POST", "/v1/orders", {
      body: await order(taker, { marketId, outcome: 0, price: 400, quantity: 50 }),
    });
  });

  it("refuses what is no page", async () => {
    for (const query of ["?limit=0", "?limit=1001", "?after=-1", "?after=x", "?cursor=1"]) {
      const { status, body } = await world().call("GET", `/v1/journal${query}`);
      assert.deepEqual([status, body.code], [400, "validation_failed"], query);
    }
  });

  it("names the deployment, and chains every entry from its genesis", async () => {
    const { journal, items, nextAfter } = await page(world);
    const { chainId, exchange, deployBlockHash } = DEPLOYMENT;
    assert.equal(journal.genesisHash, journalGenesisHash({ chainId, exchange, deployBlockHash }));
    assert.equal(journal.exchange, exchange.toLowerCase());
    assert.equal(nextAfter, null);
    assert.equal(items.length, 5);
    let previous = journal.genesisHash;
    for (const [index, { seq, timeMs, payload, previousHash, hash }] of items.entries()) {
      assert.equal(seq, index + 1);
      assert.equal(previousHash, previous);
      assert.deepEqual(chainHash(bytes(previous), seq, timeMs, payload), bytes(hash));
      previous = hash;
    }
    const kinds = items.map(({ payload }) => JSON.parse(payload).kind);
    assert.deepEqual(kinds, ["block", "block", "block", "place", "place"]);
  });

  it("gives the same entries page by page, and nothing past the end", async () => {
    const { items } = await page(world);
    const paged: PublishedEntry[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const reply: JournalReply = await page(world, `?limit=2&after=${after}`);
      paged.push(...reply.items);
      after = reply.nextAfter;
    }
    assert.deepEqual(paged, items);
    const past = await page(world, "?after=999");
    assert.deepEqual([past.items, past.nextAfter], [[], null]);
  });

  it("ends a page before it grows too large, but never before its first entry", async () => {
    const rules = "x".repeat(3 * 1024 * 1024);
    for (const slug of ["long-one", "long-two", "long-three"]) {
      await world().engine.createMarket(slug, { rules });
    }
    const first = await page(world, "?after=5");
    assert.deepEqual(
      first.items.map(({ seq }) => seq),
      [6],
    );
    assert.equal(first.nextAfter, 6);
    const last = await page(world, "?after=7");
    assert.deepEqual([last.items.length, last.nextAfter], [1, null]);
  });

  it("gives lines that make a file, its head first", async () => {
    const { journal, items } = await page(world, "?limit=5");
    const lines = async (after: number) => {
      const reply = await world().call("GET", `/v1/journal/lines?limit=3&after=${after}`);
      assert.match(reply.headers.get("content-type") ?? "", /^application\/x-ndjson/);
      return reply.text;
    };
    const text = (await lines(0)) + (await lines(3));
    const [head, ...entries] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(head as JournalHead, journal);
    assert.deepEqual(entries.slice(0, 5), items);
    assert.equal(await lines(999), "");
  });

  it("is what the audit reads, page after page", async () => {
    const { journal, items } = await page(world, "?limit=5");
    const source = await readJournalApi(world().api.url);
    const entries: PublishedEntry[] = [];
    for await (const entry of source.entries) entries.push(entry);
    assert.deepEqual(source.head, journal);
    assert.deepEqual(entries.slice(0, 5), items);
    // Beyond them only entries of 3 MiB, of which a page holds one.
    assert.equal(entries.length, 8);
  });

  it("shows entries as they grow old, by the exchange's clock where that is ahead", async () => {
    const { items } = await page(world, "?limit=5");
    const [first, second] = items as [PublishedEntry, PublishedEntry];
    const read = (nowMs: number) =>
      readJournal(world().pool, { after: 0, limit: 2, lagSeconds: 86_400, nowMs });
    assert.deepEqual((await read(first.timeMs + 86_399_999)).items, []);
    assert.deepEqual((await read(second.timeMs + 86_400_000)).items, [first, second]);
    await world().engine.block([]);
    await world().pool.query(
      "UPDATE engine.journal SET time_ms = $1 WHERE seq = (SELECT max(seq) FROM engine.journal)",
      [second.timeMs + 86_400_000],
    );
    assert.deepEqual((await read(0)).items, [first, second]);
  });

  it("counts as ten requests", async () => {
    const remaining = async (path: string) =>
      Number((await world().call("GET", path)).headers.get("x-ratelimit-remaining"));
    const before = await remaining("/v1/exchange");
    assert.equal(before - (await remaining("/v1/journal?limit=1")), 10);
    assert.equal(before - (await remaining("/v1/journal/lines/?limit=1")), 20);
  });
});

describe("journal, published later", () => {
  const world = useApiWorld({ JOURNAL_LAG_SECONDS: "600", RATE_LIMIT_RPM: "5" });

  it("shows nothing that is younger than the lag, and fits into the tightest rate limit once", async () => {
    await world().engine.createMarket("young");
    const reply = await page(world);
    assert.deepEqual([reply.items, reply.nextAfter], [[], null]);
    assert.equal(reply.journal.lagSeconds, 600);
    const { status, body } = await world().call("GET", "/v1/journal");
    assert.deepEqual([status, body.code], [429, "rate_limited"]);
  });
});
