import { join } from "node:path";
import pg from "pg";
import { createLog } from "../../platform/log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../platform/postgres/embedded.ts";
import { StartError } from "../../platform/start-error.ts";

const DATABASE = "agon";

/**
 * PostgreSQL with an empty database. The development chain lives in memory, so each start has a
 * new chain, and what an earlier one's index and journal say belongs to a chain that is gone.
 */
export async function startFreshDatabase(options: {
  dataDir: string;
  port: number;
}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(options.dataDir, "postgres"),
    port: options.port,
    log: createLog({ service: "start", level: "silent" }),
    database: DATABASE,
  }).catch((error: unknown) => {
    const isTaken = error instanceof StartError && error.code === "port_taken";
    if (!isTaken) throw error;
    const sentence = `Port ${options.port} (PostgreSQL) is taken by another process: free it, or set POSTGRES_PORT to another.`;
    throw new StartError("port_taken", sentence, { cause: error });
  });
  const client = new pg.Client({
    connectionString: server.databaseUrl.replace(/agon$/, "postgres"),
  });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
  return server;
}
