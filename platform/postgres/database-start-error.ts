import { StartError } from "../start-error.ts";
import type { Pool } from "./pool.ts";

const UNDEFINED_TABLE = /^(42P01|3F000)$/;
/** Wrong password, wrong role, no such database, no right to it. */
const REFUSED = /^(28\w{3}|3D000|42501)$/;
/** Of sockets; 57P0x it stops or starts, 08xxx the connection broke, 53300 it has no slot left. */
const AWAY = /^(E[A-Z_]+|57P0\w|08\w{3}|53300)$/;
/** pg has no code for these. */
const AWAY_IN_WORDS = /^(timeout exceeded|Connection terminated)/;

/** What a database did to a process that starts, as a sentence for its operator; a bug stays as it is. */
export function databaseStartError(cause: unknown, pool: Pool): unknown {
  if (!(cause instanceof Error) || cause instanceof StartError) return cause;
  const { code = "" } = cause as { code?: string };
  const where = `The database at ${hostOf(pool)}`;
  const why = cause.message || code;
  if (UNDEFINED_TABLE.test(code)) {
    const sentence = `${where} lacks our tables (${why}): run \`npm run migrate\` on it.`;
    return new StartError("database_unmigrated", sentence, { cause });
  }
  if (REFUSED.test(code)) {
    const sentence = `${where} does not let us in (${why}): mend DATABASE_URL, or the role's rights.`;
    return new StartError("database_refuses", sentence, { cause });
  }
  if (AWAY.test(code) || AWAY_IN_WORDS.test(cause.message)) {
    const sentence = `${where} does not answer (${why}): start it, then this again; nothing is lost.`;
    return new StartError("database_away", sentence, { cause });
  }
  return cause;
}

/** Without role and password. */
function hostOf({ options }: Pool): string {
  const { connectionString, host, port } = options;
  return connectionString === undefined ? `${host}:${port}` : new URL(connectionString).host;
}
