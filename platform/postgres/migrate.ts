import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { StartError } from "../start-error.ts";

/** The key of the lock that `prisma migrate` takes, so that the two never run at once. */
const PRISMA_LOCK_KEY = 72_707_369;

/** The book-keeping table in Prisma's own shape. */
const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS public."_prisma_migrations" (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Applies each `<directory>/<name>/migration.sql` that the database lacks, in the order of names,
 * and keeps `_prisma_migrations` as `prisma migrate deploy` does, so either may be used at any time.
 * A migration and its row commit together; a failed one leaves nothing behind.
 * @returns The names applied now; empty when the database was up to date.
 * @throws StartError `migration_changed` when an applied file was edited, `migration_failed`.
 */
export async function migrate(options: {
  databaseUrl: string;
  directory: string;
}): Promise<string[]> {
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: "agon-migrate",
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK_KEY]);
    await client.query("SET client_min_messages TO warning");
    await client.query(CREATE_TABLE);
    const applied = await appliedChecksums(client);
    const pending = migrations.filter((migration) => isPending(migration, applied));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    // Ending the session gives the lock back.
    await client.end();
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM public."_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const unfinished = rows.find((row) => !row.finished);
  if (unfinished) {
    throw new StartError(
      "migration_failed",
      `The migration ${unfinished.name} began earlier and did not finish; ` +
        "resolve it with `prisma migrate resolve`.",
    );
  }
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function isPending(migration: Migration, applied: Map<string, string>): boolean {
  const checksum = applied.get(migration.name);
  if (checksum !== undefined && checksum !== migration.checksum) {
    throw new StartError(
      "migration_changed",
      `The migration ${migration.name} was edited after it was applied; ` +
        "put the file back, or add a new migration.",
    );
  }
  return checksum === undefined;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO public."_prisma_migrations"
         (id, checksum, finished_at, migration_name, logs, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, '', now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError("migration_failed", `The migration ${name} failed: ${reason}.`, { cause });
  }
}
