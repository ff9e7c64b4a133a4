import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Restored, restore } from "../../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../../offchain-engine/sequencer/event-publisher.ts";
import { writeSnapshot } from "../../../offchain-engine/snapshot/write-snapshot.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { startEmbeddedPostgres } from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool, type PoolClient } from "../../../platform/postgres/pool.ts";
import type { Command } from "../../../protocol/engine/command.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { savedBytes } from "../core/saved-core.ts";
import { DEPLOYMENT, openingBlock, placing } from "../journal/fixtures.ts";

const ACCOUNTS = 8;

/** A database with the engine's tables, and engines on it one after the other. */
export interface EngineDatabase {
  pool: Pool;
  databaseUrl: string;
  /** Restores, runs, and gives the journal back. */
  withEngine<T>(run: (engine: RunningEngine) => Promise<T>, publishedThrough?: number): Promise<T>;
  /** As after the migrations. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningEngine extends Restored {
  /** Warnings of the restore. */
  warned: string[];
  /** Commands that the restore replayed. */
  replayed: number;
  /** Places that many orders, each durable and in the tables. */
  place(orders: number): Promise<void>;
  send(command: Command): Promise<void>;
  /** Stores a snapshot of the state as it is. */
  snapshot(client?: PoolClient): Promise<string>;
}

export async function startEngineDatabase(): Promise<EngineDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "agon-snapshot-"));
  const silent = createLog({ service: "test", level: "silent" });
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "pg"),
    port: 0,
    log: silent,
    durable: false,
  });
  const { databaseUrl } = server;
  await migrateDatabase({ databaseUrl });
  const pool = createPool({ databaseUrl, log: silent, applicationName: "agon-test" });
  let nextId = 1;

  async function restoreOne(publishedThrough: number): Promise<RunningEngine> {
    const warned: string[] = [];
    const log = createLog({ service: "test", level: "silent" });
    log.warn = (facts: object, message?: string) => {
      // Those of snapshots name the command that they were taken after.
      if ("seq" in facts) warned.push(message ?? "");
    };
    let replayed = 0;
    const publisher = createEventPublisher(() => {});
    const restored = await restore({
      pool,
      deployment: DEPLOYMENT,
      limits: { maxUnsettledFills: 1_000_000, maxOpenOrdersPerAccount: 1_000_000 },
      standby: "refuse",
      publisher: {
        ...publisher,
        replayed: () => void replayed++,
      },
      publishedThrough: async () => publishedThrough,
      log,
      metrics: createMetrics({ service: "test", processMetrics: false }),
    });
    const engine = { ...restored, warned, replayed };
    const send = (command: Command) => apply(restored, command);
    return {
      ...engine,
      send,
      async place(orders) {
        if (restored.core.seq === 0) await send(openingBlock(ACCOUNTS, Date.now()));
        for (let i = 0; i < orders; i++) await send(nextOrder(nextId++));
      },
      snapshot: (client) => snapshotOf(pool, restored, client),
    };
  }

  return {
    pool,
    databaseUrl,
    async withEngine(run, publishedThrough = 0) {
      const engine = await restoreOne(publishedThrough);
      try {
        return await run(engine);
      } finally {
        await engine.projector.close();
        await engine.journal.close();
      }
    },
    async clear() {
      await pool.query(`TRUNCATE engine.meta, engine.journal, engine.orders, engine.fills,
        engine.markets, engine.projection, engine.checkpoints, engine.snapshot_chunks`);
    },
    async stop() {
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function nextOrder(id: number): Command {
  const [outcome, price] = [id % 2 === 0 ? (1 as const) : (0 as const), 450 + ((id * 7) % 100)];
  return placing(id, { maker: id % ACCOUNTS, outcome, price, quantity: 1 + (id % 50) });
}

/** Applies a command as the sequencer does, one to a group. */
async function apply({ core, journal, projector }: Restored, command: Command): Promise<void> {
  const entry = journal.prepare(Date.now(), command);
  const { changes } = core.apply({ seq: entry.seq, timeMs: entry.timeMs, command });
  await journal.commit([entry]);
  projector.add(entry.seq, changes);
  await projector.reached(entry.seq);
}

async function snapshotOf(pool: Pool, restored: Restored, client?: PoolClient): Promise<string> {
  const { core, journal } = restored;
  const { seq, hash } = journal.head();
  const own = client ?? (await pool.connect());
  try {
    return await writeSnapshot(own, {
      chainId: DEPLOYMENT.chainId,
      limits: journal.limits,
      seq,
      timeMs: Date.now(),
      journalHash: hash,
      bytes: savedBytes(core),
    });
  } finally {
    if (!client) own.release();
  }
}
