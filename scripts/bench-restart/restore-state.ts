import { restore } from "../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../offchain-engine/sequencer/event-publisher.ts";
import { createLog } from "../../platform/log.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import { DEPLOYMENT } from "../../test/offchain-engine/journal/fixtures.ts";

const UNBOUNDED = 100_000_000;

export type RestoredState = Awaited<ReturnType<typeof restoreState>>;

/** The engine's state out of a database, by the engine's own restore. */
export async function restoreState(databaseUrl: string) {
  const log = createLog({ service: "bench", level: "warn" });
  const metrics = createMetrics({ service: "bench", processMetrics: false });
  const pool = createPool({ databaseUrl, log, applicationName: "agon-bench" });
  const restored = await restore({
    pool,
    deployment: DEPLOYMENT,
    limits: { maxOpenOrdersPerAccount: UNBOUNDED },
    standby: "refuse",
    publisher: createEventPublisher(() => {}),
    log,
    metrics,
  });
  async function close(): Promise<void> {
    await restored.projector.close();
    await restored.journal.close();
    await pool.end();
  }
  return { ...restored, log, metrics, close };
}
