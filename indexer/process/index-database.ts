import pg from "pg";
import { IndexerError } from "../start-error.ts";
import { SYNC_SCHEMA, VIEWS_SCHEMA } from "./schema-name.ts";

/** Any number, as long as nobody else locks by it. */
const LOCK_KEY = 0x41676f6e;
const LOCK_WAIT_MS = 4_000;
const CONNECT_TIMEOUT_MS = 5_000;
const READER_ROLE = "agon_reader";
const LOCK_NOT_AVAILABLE = "55P03";

/** The indexer's hold on its schemas: nobody else writes them while it lasts. */
export interface IndexDatabase {
  /** Drops what another chain left behind, so that no reader sees it as this one's. */
  dropOtherDeployments(prefix: string): Promise<void>;
  /** Drops what earlier versions of the code indexed, once `current` has taken over. */
  dropSuperseded(current: string): Promise<void>;
  /** Forgets what was cached of a development chain. */
  dropSyncCache(): Promise<void>;
  /** Lets readers read every view of schema `chain`, those that come later included. */
  grantReaders(): Promise<void>;
  /** Takes over a schema whose last writer died without a word; the lock proves that it has. */
  unlock(schema: string): Promise<void>;
  /** The block up to which `schema` is indexed and published, null before that. */
  indexedBlock(schema: string): Promise<number | null>;
  /** Resolves when the connection, and with it the lock, is gone. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and takes the lock, waiting a little for a predecessor that is just stopping.
 * @throws IndexerError `database_unreachable`, `index_locked`.
 */
export async function openIndexDatabase(databaseUrl: string): Promise<IndexDatabase> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "agon_indexer",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => {
    client.once("error", () => resolve());
    client.once("end", () => resolve());
  });
  await client.connect().catch((cause: unknown) => {
    throw new IndexerError("database_unreachable", "No database answers at DATABASE_URL.", {
      cause,
    });
  });
  try {
    await takeLock(client);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    dropOtherDeployments: (prefix) => dropOtherDeployments(client, prefix),
    dropSuperseded: async (current) => {
      await dropSchemas(client, (name) => name !== current);
    },
    dropSyncCache: () => dropSchema(client, SYNC_SCHEMA),
    grantReaders: () => grantReaders(client),
    unlock: (schema) => unlock(client, schema),
    indexedBlock: (schema) =>
      indexedBlock(client, schema).catch((cause: unknown) => {
        throw databaseLost(cause);
      }),
    lost,
    close: () => client.end(),
  };
}

/** The failure of a database that was there before. */
export function databaseLost(cause?: unknown): IndexerError {
  const sentence = "The database no longer answers; start the indexer again when it does.";
  return new IndexerError("database_unreachable", sentence, { cause });
}

async function takeLock(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    await client.query("SET lock_timeout = 0");
  } catch (cause) {
    if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new IndexerError(
      "index_locked",
      "Another indexer writes this database; stop it first, or use another DATABASE_URL.",
      { cause },
    );
  }
}

async function dropOtherDeployments(client: pg.Client, prefix: string): Promise<void> {
  const dropped = await dropSchemas(client, (name) => !name.startsWith(`${prefix}_`));
  // What Ponder fetched from the other chain may carry this chain's id.
  if (dropped > 0) await dropSchema(client, SYNC_SCHEMA);
}

/** Drops the Ponder schemas that `isStale` tells, with the views upon them. */
async function dropSchemas(client: pg.Client, isStale: (name: string) => boolean): Promise<number> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^chain_[0-9a-f]{8}(_|$)'",
  );
  const stale = rows.filter(({ name }) => isStale(name));
  for (const { name } of stale) await dropSchema(client, name);
  return stale.length;
}

async function dropSchema(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(name)} CASCADE`);
}

async function grantReaders(client: pg.Client): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${VIEWS_SCHEMA}`);
  const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [READER_ROLE]);
  if (role.rowCount === 0) return;
  await client.query(`GRANT USAGE ON SCHEMA ${VIEWS_SCHEMA} TO ${READER_ROLE}`);
  await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${VIEWS_SCHEMA} TO ${READER_ROLE}`);
  // Ponder drops and creates its views at each start, and their grants go with them.
  await client.query(
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${VIEWS_SCHEMA} GRANT SELECT ON TABLES TO ${READER_ROLE}`,
  );
}

async function unlock(client: pg.Client, schema: string): Promise<void> {
  const meta = `${client.escapeIdentifier(schema)}."_ponder_meta"`;
  const { rows } = await client.query<{ found: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS found",
    [meta],
  );
  if (rows[0]?.found !== true) return;
  await client.query(`UPDATE ${meta} SET value = jsonb_set(value, '{is_locked}', '0')`);
}

async function indexedBlock(client: pg.Client, schema: string): Promise<number | null> {
  const head = `${client.escapeIdentifier(schema)}."head"`;
  const meta = `${client.escapeIdentifier(schema)}."_ponder_meta"`;
  const { rows } = await client.query<{ found: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS found",
    [head],
  );
  if (rows[0]?.found !== true) return null;
  const result = await client.query<{ block: string }>(
    `SELECT block_number AS block FROM ${head}, ${meta} WHERE (value ->> 'is_ready')::int = 1`,
  );
  const block = result.rows[0]?.block;
  return block === undefined ? null : Number(block);
}
