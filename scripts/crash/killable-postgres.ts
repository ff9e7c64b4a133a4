import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../../platform/log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../platform/postgres/embedded.ts";

const RESTART_TIMEOUT_MS = 30_000;
const RESTART_PAUSE_MS = 100;

/** A real PostgreSQL server that flushes as in production, and can be killed. */
export interface KillablePostgres {
  databaseUrl: string;
  /** `kill -9` of the postmaster alone; then it is started again until it serves. */
  killServer(): Promise<void>;
  /** `kill -9` of one backend of the engine's: the server takes all the others down and recovers. */
  killBackend(): Promise<void>;
  /** Ends one backend of the engine's in order, as an administrator does. */
  endBackend(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKillablePostgres(
  dataDir: string,
  port: number,
  log: Log,
): Promise<KillablePostgres> {
  // What was committed must outlive the server's processes, so the cluster is a durable one.
  const start = () => startEmbeddedPostgres({ dataDir, port, log, durable: true });
  let server: EmbeddedPostgres = await start();
  const { databaseUrl } = server;

  /** Orphaned backends may hold the old server's memory for a moment: nothing starts before they end. */
  async function startAgain(): Promise<void> {
    const deadline = Date.now() + RESTART_TIMEOUT_MS;
    for (;;) {
      try {
        server = await start();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  return {
    databaseUrl,
    async killServer() {
      const [pid] = readFileSync(join(server.dataDir, "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGKILL");
      await server.exited;
      await startAgain();
    },
    async killBackend() {
      const pid = await engineBackend(databaseUrl);
      if (pid !== null) process.kill(pid, "SIGKILL");
    },
    endBackend: () => endEngineBackend(databaseUrl),
    stop: () => server.stop(),
  };
}

/** The journal's writer, told by the lock that it holds; null while nobody does. */
const JOURNAL_BACKEND = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted LIMIT 1`;

async function engineBackend(databaseUrl: string): Promise<number | null> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>(JOURNAL_BACKEND);
    return rows[0]?.pid ?? null;
  });
}

async function endEngineBackend(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, (client) =>
    client.query(`SELECT pg_terminate_backend(pid) FROM (${JOURNAL_BACKEND}) AS journal`),
  );
}

async function withClient<T>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
