import type { CoreLimits } from "../core/limits.ts";
import { SnapshotWriter } from "../core/snapshot-writer.ts";
import type { Core } from "../edge/core.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import type { SnapshotMetrics } from "./metrics.ts";
import type { TakenState } from "./write-snapshot.ts";

/** Memory that is made ready at a time: a few milliseconds of work. */
const WARM_BYTES = 8 << 20;

/** Memory for one copy of the state, made ready ahead of time and kept for the next one. */
export interface StateCopy {
  /** A step towards having room for the next copy. */
  prepare(): void;
  /** Copies the state, as it stands after that entry; it is valid until the next copy. */
  take(entry: JournalEntry): TakenState;
}

export function createStateCopy(options: {
  chainId: number;
  limits: CoreLimits;
  core: Pick<Core, "save">;
  metrics: SnapshotMetrics;
}): StateCopy {
  const { chainId, limits, core, metrics } = options;
  const writer = new SnapshotWriter();
  /** There is room for the next one. */
  let hasRoom = false;

  return {
    prepare() {
      if (hasRoom) {
        writer.warm(WARM_BYTES);
      } else {
        writer.makeRoomFor(core.save);
        hasRoom = true;
      }
    },
    take({ seq, timeMs, hash }) {
      const startedMs = performance.now();
      writer.makeRoomFor(core.save);
      core.save(writer);
      hasRoom = false;
      const { bytes } = writer;
      metrics.pauseSeconds.observe((performance.now() - startedMs) / 1_000);
      metrics.bytes.set(bytes.length);
      return { chainId, limits, seq, timeMs, journalHash: hash, bytes };
    },
  };
}
