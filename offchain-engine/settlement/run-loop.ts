import { BaseError } from "viem";
import type { Log } from "../../platform/log.ts";
import type { Timers } from "../../platform/timers.ts";
import { backoffMs } from "../chain/backoff.ts";
import { createWaker } from "../chain/waker.ts";
import type { SettlementMetrics } from "./metrics.ts";
import { type Settlement, SettlementHalt, type SettlementStatus } from "./settlement.ts";

/** One kind of settlement, as the loop drives it. */
export interface SettlementSteps {
  mode: SettlementStatus["mode"];
  /** Does what can be done now. A sentence back says what it waits for. */
  step(): Promise<string | null>;
  openBatches(): number;
}

/**
 * Steps settlement: at each notice, and every `pollingIntervalMs`. Only a `SettlementHalt` halts it until a
 * restart; whatever else a step throws (a chain or a database that does not answer) is tried again with a
 * back-off.
 */
export function runLoop(
  steps: SettlementSteps,
  parameters: {
    pollingIntervalMs: number;
    log: Log;
    metrics: SettlementMetrics;
    timers?: Timers | undefined;
  },
): Settlement {
  const { pollingIntervalMs, log, metrics } = parameters;
  const waker = createWaker(parameters.timers);
  /** Ends with the loop only: new fills must not turn a back-off into as many attempts as there are groups. */
  const recovery = createWaker(parameters.timers);
  let state: SettlementStatus["state"] = "running";
  let sentence: string | null = null;
  let stopping = false;

  function enter(next: SettlementStatus["state"], why: string | null): void {
    if (next !== state) log.info({ from: state, to: next, why }, "settlement changed its state");
    state = next;
    sentence = why;
    metrics.halted.set(next === "halted" ? 1 : 0);
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping) {
      try {
        const waitsFor = await steps.step();
        enter(waitsFor === null ? "running" : "waiting", waitsFor);
        metrics.unsettledBatches.set(steps.openBatches());
        failures = 0;
        if (!stopping) await waker.rest(pollingIntervalMs);
      } catch (error) {
        if (error instanceof SettlementHalt) {
          log.error({ err: error }, "settlement halted");
          return enter("halted", error.message);
        }
        failures++;
        if (error instanceof BaseError) metrics.rpcErrors.inc();
        log.warn({ err: error, failures }, "a step of settlement failed; trying again");
        if (!stopping) await recovery.rest(backoffMs(failures));
      }
    }
  }

  const ended = run();
  return {
    notify: () => waker.wake(),
    status: () => ({ mode: steps.mode, state, sentence, openBatches: steps.openBatches() }),
    async stop() {
      stopping = true;
      waker.wake();
      recovery.wake();
      await ended;
    },
  };
}
