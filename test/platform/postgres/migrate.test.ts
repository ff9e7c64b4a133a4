import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import pg from "pg";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { migrate } from "../../../platform/postgres/migrate.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";

describe("migrate", function () {
  this.timeout(30_000);
  let root: string;
  let server: EmbeddedPostgres;
  let databaseUrl: string;
  let directory: string;
  let databases = 0;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "agon-migrate-"));
    const log = createLog({ service: "test", level: "silent" });
    server = await startEmbeddedPostgres({
      dataDir: join(root, "pg"),
      port: 0,
      log,
      durable: false,
    });
  });

  after(async () => {
    await server.stop();
    await rm(root, { recursive: true, force: true });
  });

  beforeEach(async () => {
    const name = `migrate_${++databases}`;
    await query(server.databaseUrl, `CREATE DATABASE ${name}`);
    databaseUrl = server.databaseUrl.replace(/\/agon$/, `/${name}`);
    directory = join(root, name);
    await writeMigration("1_first", "CREATE TABLE first (id int); INSERT INTO first VALUES (1);");
  });

  async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function writeMigration(name: string, sql: string): Promise<void> {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, "migration.sql"), sql);
  }

  it("leaves nothing behind of a migration that fails", async () => {
    await writeMigration(
      "2_bad",
      "CREATE TABLE second (id int); SELECT no_such_column FROM first;",
    );
    await assert.rejects(migrate({ databaseUrl, directory }), { code: "migration_failed" });
    const tables = await query(databaseUrl, "SELECT to_regclass('second') AS name");
    assert.deepEqual(tables, [{ name: null }]);
    const rows = await query(databaseUrl, 'SELECT migration_name FROM "_prisma_migrations"');
    assert.deepEqual(rows, [{ migration_name: "1_first" }]);
  });

  it("refuses a migration that was edited after it was applied", async () => {
    await migrate({ databaseUrl, directory });
    await writeMigration("1_first", "CREATE TABLE other (id int);");
    await assert.rejects(migrate({ databaseUrl, directory }), { code: "migration_changed" });
  });

  it("refuses to go on after a migration that another tool left unfinished", async () => {
    await migrate({ databaseUrl, directory });
    await query(databaseUrl, 'UPDATE "_prisma_migrations" SET finished_at = NULL');
    await assert.rejects(migrate({ databaseUrl, directory }), { code: "migration_failed" });
  });

  it("applies in the order of names, once", async () => {
    await writeMigration("2_second", "INSERT INTO first VALUES (2);");
    assert.deepEqual(await migrate({ databaseUrl, directory }), ["1_first", "2_second"]);
    assert.deepEqual(await migrate({ databaseUrl, directory }), []);
    await writeMigration("3_third", "INSERT INTO first VALUES (3);");
    assert.deepEqual(await migrate({ databaseUrl, directory }), ["3_third"]);
    const rows = await query(databaseUrl, "SELECT id FROM first ORDER BY id");
    assert.deepEqual(rows, [{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it("applies each migration once when several processes start together", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate({ databaseUrl, directory })));
    assert.deepEqual(runs.flat(), ["1_first"]);
  });

  it("keeps the rows that `prisma migrate deploy` compares", async () => {
    await migrate({ databaseUrl, directory });
    const [row] = await query(databaseUrl, 'SELECT * FROM "_prisma_migrations"');
    const sql = "CREATE TABLE first (id int); INSERT INTO first VALUES (1);";
    assert.equal(row?.["checksum"], createHash("sha256").update(sql).digest("hex"));
    assert.equal(row?.["applied_steps_count"], 1);
    assert.equal(row?.["rolled_back_at"], null);
    assert.ok(row?.["finished_at"] instanceof Date);
  });

  it("brings up the project's own schema and gives its reader nothing of ours", async () => {
    assert.ok((await migrateDatabase({ databaseUrl, readerPassword: "agon" })).length > 0);
    assert.deepEqual(await migrateDatabase({ databaseUrl }), []);
    const reader = databaseUrl.replace("agon:agon@", "agon_reader:agon@");
    assert.deepEqual(await query(reader, "SELECT 1 AS one"), [{ one: 1 }]);
    await assert.rejects(query(reader, "SELECT * FROM engine.orders"), { code: "42501" });
    await assert.rejects(query(reader, "CREATE TABLE public.mine (id int)"), { code: "42501" });
    await assert.rejects(query(reader, "CREATE TEMP TABLE mine (id int)"), { code: "42501" });
    await assert.rejects(query(reader, "SELECT pg_advisory_lock(1)"), { code: "42501" });
    await assert.rejects(query(reader, "SELECT pg_try_advisory_xact_lock(1)"), { code: "42501" });
    const limit = "SELECT rolconnlimit AS most FROM pg_roles WHERE rolname = 'agon_reader'";
    assert.deepEqual(await query(databaseUrl, limit), [{ most: 20 }]);
  });
});
