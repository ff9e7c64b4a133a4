/**
 * Codes that mean "not reachable" or "no connection free", not "wrong": of sockets, of PostgreSQL
 * (57P0x it stops, 08xxx the connection broke, 53300 it has no slot left), of Prisma.
 */
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|57P0[1235]|08\w{3}|53300|P1001|P1002|P1008|P1011|P1017|P2024|P2037)$/;

/** pg has no code for these: no connection came in time, or the one in use was cut. */
const AWAY_IN_WORDS =
  /^(timeout exceeded when trying to connect|Connection terminated|Cannot use a pool after calling end)/;

/** Prisma's own code says only that the database refused; the database's is in the sentence. */
const REFUSED_BY_DATABASE = /Database error\. Code: `(\w+)`/;

const CAUSES_MAX = 5;

function meansAway(error: object): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === "string" && AWAY.test(code)) return true;
  if (typeof message !== "string") return false;
  const refusal = REFUSED_BY_DATABASE.exec(message)?.[1];
  return AWAY_IN_WORDS.test(message) || (refusal !== undefined && AWAY.test(refusal));
}

/** Whether a failure, or a cause of it, says that the database cannot be asked now: worth a retry. */
export function isDatabaseAway(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX; depth++) {
    if (typeof current !== "object" || current === null) return false;
    if (meansAway(current)) return true;
    current = (current as { cause?: unknown }).cause;
  }
  return false;
}
