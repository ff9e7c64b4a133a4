import type { Timers } from "../../platform/timers.ts";
import type { Journal } from "../journal/journal.ts";
import type { Projector } from "../projection/projector.ts";
import type { Sequencer } from "../sequencer/sequencer.ts";
import { within } from "../within.ts";

/** Nobody waits longer than this at either step: the api has gone on by then. */
const LIMIT_MS = 1_000;

/**
 * Gives what resolves once the tables hold all that is durable now, with how far they reach. Rejects when
 * that takes long, and when it cannot be known: a commit or the journal's session does not answer, so that
 * another engine may have made durable what is not ours.
 */
export function createReachTables(parts: {
  sequencer: Pick<Sequencer<unknown>, "read">;
  journal: Pick<Journal<unknown>, "confirm" | "head">;
  projector: Pick<Projector, "reached" | "seq">;
  timers: Timers;
}): () => Promise<number> {
  const { sequencer, journal, projector, timers } = parts;

  async function nothingIsMissing(): Promise<void> {
    await sequencer.read(() => undefined);
    await journal.confirm();
  }

  return async () => {
    await within(LIMIT_MS, nothingIsMissing(), timers);
    await projector.reached(journal.head().seq, LIMIT_MS);
    return projector.seq();
  };
}
