import type { Log } from "../../platform/log.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { CoreConfig } from "../core/limits.ts";
import { SnapshotReader } from "../core/snapshot-reader.ts";
import { type Core, createCore } from "../edge/core.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { readSnapshotted } from "./read-checkpoints.ts";
import { readSnapshot } from "./read-snapshot.ts";

/** A core as it was after a checkpoint's command. */
export interface LoadedSnapshot {
  core: Core;
  checkpoint: Checkpoint;
}

/**
 * The newest snapshot that verifies: its bytes hash to what was written, and the core that is set up from
 * them has the recorded state hash. One that does not is passed over, saying so. One that the bus's
 * subscribers have got up to goes before a newer one, since events before a snapshot cannot be sent again.
 * @returns null when there is none: the whole journal is to be replayed.
 */
export async function loadSnapshot(options: {
  pool: Pool;
  config: CoreConfig;
  /** What the tables hold: a snapshot is not newer. */
  tablesSeq: number;
  publishedThrough: number;
  log: Log;
}): Promise<LoadedSnapshot | null> {
  const { pool, config, tablesSeq, publishedThrough, log } = options;
  const found = await readSnapshotted(pool, tablesSeq);
  const isPublished = ({ seq }: Checkpoint) => seq <= publishedThrough;
  const inOrder = [...found.filter(isPublished), ...found.filter((one) => !isPublished(one))];
  for (const checkpoint of inOrder) {
    const { seq, stateHash } = checkpoint;
    try {
      const bytes = await readSnapshot(pool, checkpoint);
      if (bytes === null) {
        log.warn({ seq }, "a snapshot is not what was written; it is passed over");
        continue;
      }
      const core = createCore(config, new SnapshotReader(bytes));
      if (core.seq === seq && core.stateHash() === stateHash) return { core, checkpoint };
      log.warn({ seq }, "a snapshot does not come to its state hash; it is passed over");
    } catch (error) {
      log.warn({ err: error, seq }, "a snapshot cannot be loaded; it is passed over");
    }
  }
  return null;
}
