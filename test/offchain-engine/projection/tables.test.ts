import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import { ChangedRows } from "../../../offchain-engine/projection/changed-rows.ts";
import { openTables, type Tables } from "../../../offchain-engine/projection/tables.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import type { MarketView } from "../../../protocol/engine/view.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { accountOf } from "../journal/fixtures.ts";

const log = createLog({ service: "test", level: "silent" });

function market(marketId: number, status: MarketView["status"]) {
  const rows = new ChangedRows();
  const view: MarketView = {
    marketId,
    groupId: null,
    slug: 'rain, "or" {sun}\\',
    question: "Does it rain?",
    rules: "A NUL \u0000 in a text must not stop the engine.",
    category: "weather",
    resolver: accountOf(1),
    closeTime: 1,
    resolveDeadline: 2,
    takerFeeBps: 0,
    priceStep: 1,
    status,
    heldPhase: "open",
    payoutYes: null,
  };
  rows.add(marketId, { orders: [], fills: [], markets: [view] });
  return rows.parts();
}

describe("tables of the engine", function () {
  this.timeout(30_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let pool: Pool;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-tables-"));
    const dataDir = join(folder, "pg");
    server = await startEmbeddedPostgres({ dataDir, port: 0, log, durable: false });
    await migrateDatabase({ databaseUrl: server.databaseUrl });
    pool = createPool({ databaseUrl: server.databaseUrl, log, applicationName: "agon-test" });
  });

  after(async () => {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await pool.query("TRUNCATE engine.markets");
    await pool.query("UPDATE engine.projection SET seq = 0");
  });

  async function stored() {
    const markets = await pool.query("SELECT slug, status FROM engine.markets ORDER BY market_id");
    const { rows } = await pool.query<{ seq: bigint }>("SELECT seq FROM engine.projection");
    return { seq: Number(rows[0]?.seq), markets: markets.rows };
  }

  async function closing(...open: Tables[]): Promise<void> {
    await Promise.all(open.map((tables) => tables.close()));
  }

  it("takes nothing from an engine after another took over", async () => {
    const first = await openTables(pool);
    await first.write(market(1, "open"), 5);
    const second = await openTables(pool);
    assert.equal(second.seq, 5);
    await assert.rejects(first.write(market(1, "void"), 9), /taken over/);
    const { seq, markets } = await stored();
    assert.deepEqual([seq, markets.map(({ status }) => status)], [5, ["open"]]);
    await closing(first, second);
  });

  it("keeps nothing of a transaction of which a part fails", async () => {
    const tables = await openTables(pool);
    const text = () => "INSERT INTO engine.markets (market_id) SELECT NULL FROM mine";
    const broken = { name: "broken", text, values: [] };
    await assert.rejects(tables.write([...market(1, "open"), broken], 5), { code: "23502" });
    assert.deepEqual(await stored(), { seq: 0, markets: [] });
    await closing(tables);
  });

  it("says that they are lost when the database cuts their connection", async () => {
    const tables = await openTables(pool);
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND query LIKE '%engine.projection%'`,
    );
    assert.ok((await tables.lost) instanceof Error);
    await closing(tables);
  });

  it("keep rows, whatever their texts hold, and how far they reach", async () => {
    const tables = await openTables(pool);
    await tables.write(market(1, "open"), 3);
    await tables.write(market(1, "closed"), 4);
    const slug = 'rain, "or" {sun}\\';
    assert.deepEqual(await stored(), { seq: 4, markets: [{ slug, status: "closed" }] });
    await closing(tables);
  });
});
