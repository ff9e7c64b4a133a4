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
  /** `kill -9` of the journal's backend: the server takes all the others down and recovers. */
  killBackend(): Promise<void>;
  /** Ends the journal's backend in order, as an administrator does. */
  endBackend(): Promise<void>;
  /** Stops the journal's backend in the midst of whatever it does; call the result to let it go on. */
  freezeBackend(): Promise<() => void>;
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
  let isStopping = false;
  const { databaseUrl } = server;

  /** Orphaned backends may hold the old server's memory for a moment: nothing starts before they end. */
  async function startAgain(): Promise<void> {
    const deadline = Date.now() + RESTART_TIMEOUT_MS;
    while (!isStopping) {
      try {
        server = await start();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  async function signalBackend(name: NodeJS.Signals): Promise<void> {
    const pid = await journalBackend(databaseUrl);
    if (pid !== null) signal(pid, name);
  }

  return {
    databaseUrl,
    async killServer() {
      const [pid] = readFileSync(join(server.dataDir, "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGKILL");
      await server.exited;
      await startAgain();
    },
    killBackend: () => signalBackend("SIGKILL"),
    endBackend: () => signalBackend("SIGTERM"),
    async freezeBackend() {
      const pid = await journalBackend(databaseUrl);
      if (pid !== null) signal(pid, "SIGSTOP");
      return () => {
        if (pid !== null) signal(pid, "SIGCONT");
      };
    },
    async stop() {
      isStopping = true;
      await server.stop();
    },
  };
}

/** Unless it has ended by itself. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The journal's writer, told by the lock that it holds ("AGON" in ASCII). */
const JOURNAL_BACKEND = `SELECT pid FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objid = ${0x41_47_4f_4e}`;

/** Null while nobody writes, and while the server recovers from an earlier blow. */
async function journalBackend(databaseUrl: string): Promise<number | null> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(JOURNAL_BACKEND);
    return rows[0]?.pid ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}
