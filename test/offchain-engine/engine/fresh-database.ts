import pg from "pg";
import type { EmbeddedPostgres } from "../../../platform/postgres/embedded.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";

/** A migrated database of its own on a running server; gives its URL. */
export async function freshDatabase(server: EmbeddedPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const databaseUrl = server.databaseUrl.replace(/\/agon$/, `/${name}`);
  await migrateDatabase({ databaseUrl });
  return databaseUrl;
}
