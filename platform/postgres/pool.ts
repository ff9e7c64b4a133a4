import pg from "pg";
import type { Log } from "../log.ts";

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;

const BIGINT_OID = 20;
const BIGINT_ARRAY_OID = 1016;

/**
 * A bounded pool of connections. 64-bit integers arrive as `bigint`, numerics as decimal strings:
 * nothing passes through a float. An idle connection that breaks is logged and replaced.
 */
export function createPool(options: {
  databaseUrl: string;
  log: Log;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  maxConnections?: number;
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    types: { getTypeParser },
  });
  pool.on("error", (error) =>
    options.log.warn({ err: error }, "an idle database connection broke"),
  );
  return pool;
}

function parseBigintArray(text: string): bigint[] {
  return text === "{}" ? [] : text.slice(1, -1).split(",").map(BigInt);
}

/** pg's own parsers but for bigint; the shape that `pg` asks of a `types` option. */
function getTypeParser(oid: number, format?: "text" | "binary") {
  if (format !== "binary") {
    if (oid === BIGINT_OID) return BigInt;
    if (oid === BIGINT_ARRAY_OID) return parseBigintArray;
  }
  return pg.types.getTypeParser(oid, format as "text");
}
