import type { Log } from "../platform/log.ts";
import type { Timers } from "../platform/timers.ts";
import type { ChainWatcher } from "./chain/watcher.ts";
import type { Core } from "./edge/core.ts";
import type { CoreVerdict } from "./edge/verdict.ts";
import type { Sequencer } from "./sequencer/sequencer.ts";

const CATCH_UP_POLL_MS = 25;
/** A restarted engine waits so long for the chain; then it serves cancels while it goes on waiting. */
const PATIENCE_MS = 2_000;

export interface ReopeningParts {
  core: Core;
  sequencer: Sequencer<CoreVerdict>;
  watcher: ChainWatcher;
  /** How long the phases after a restart last, from when the chain was caught up with. */
  phases: { cancelOnlyMs: number; postOnlyMs: number };
  timers: Timers;
  log: Log;
}

/**
 * Leads from a start to an open exchange; to be called before any other command can enter the sequencer.
 * Orders matched on an older view of escrow might not settle, so none are taken before the engine has every
 * block that the chain then had. An empty journal waits for that, and is open at once. Any other begins
 * cancel-only.
 * @returns when the engine may serve: caught up, or after two seconds, since what rests must be cancellable
 * though the chain does not answer.
 */
export function startReopening(parts: ReopeningParts): Promise<void> {
  const { core, sequencer, watcher, phases, timers, log } = parts;
  const isRestart = core.seq > 0;
  let isStopped = false;
  void watcher.ended.then(() => {
    isStopped = true;
  });
  // A rejection means that the engine is stopping: the next start begins anew.
  const restarted = isRestart
    ? sequencer.report({ kind: "restart" }).catch(() => {})
    : Promise.resolve();

  const caughtUp = (async () => {
    while (!isStopped && watcher.currentAtMs() === 0) {
      await new Promise<void>((resolve) => void timers.after(CATCH_UP_POLL_MS, resolve));
    }
    if (!isRestart || isStopped) return;
    await sequencer.report({ kind: "reopen", ...phases }).catch(() => {});
    log.info(phases, "the exchange reopens");
  })();

  let endPatience = () => {};
  const patience = new Promise<void>((resolve) => {
    if (isRestart) endPatience = timers.after(PATIENCE_MS, resolve);
  });
  void caughtUp.then(endPatience);
  return restarted.then(() => Promise.race([caughtUp, patience]));
}
