/**
 * `npm run migrate`: brings the database at DATABASE_URL up to date; running it again changes
 * nothing. READER_PASSWORD, when set, lets the read-only role `agon_reader` log in with it.
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { env, loadConfig } from "../platform/config.ts";
import { migrate } from "../platform/postgres/migrate.ts";
import { setReaderPassword } from "../platform/postgres/reader-role.ts";
import { runMain } from "../platform/run-main.ts";

const MIGRATIONS = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** Applies what is missing of `prisma/migrations` and returns the names applied. */
export async function migrateDatabase(options: {
  databaseUrl: string;
  readerPassword?: string;
}): Promise<string[]> {
  const applied = await migrate({ databaseUrl: options.databaseUrl, directory: MIGRATIONS });
  if (options.readerPassword !== undefined) {
    await setReaderPassword(options.databaseUrl, options.readerPassword);
  }
  return applied;
}

async function main(): Promise<void> {
  const config = loadConfig(
    z.object({ DATABASE_URL: env.databaseUrl, READER_PASSWORD: z.string().min(1).optional() }),
  );
  const applied = await migrateDatabase({
    databaseUrl: config.DATABASE_URL,
    readerPassword: config.READER_PASSWORD,
  });
  console.log(
    applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.",
  );
}

if (import.meta.main) await runMain(main);
