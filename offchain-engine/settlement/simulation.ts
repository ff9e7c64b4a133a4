import { type Hex, keccak256 } from "viem";
import type { Log } from "../../platform/log.ts";
import type { Timers } from "../../platform/timers.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { BatchSimulatedCommand } from "../../protocol/engine/command.ts";
import type { ChainClient } from "../chain/client.ts";
import { chainMismatch } from "../chain/deployment-identity.ts";
import type { CommandTraces } from "../server/command-traces.ts";
import type { BatchStore, PreparedBatch } from "./batch-store.ts";
import { readImpliedState, type SettledMirror } from "./implied-state.ts";
import type { SettlementMetrics } from "./metrics.ts";
import { type BatchLimits, planBatch } from "./plan-batch.ts";
import { prepareBatch } from "./prepare-batch.ts";
import { refusalOf } from "./refusal.ts";
import { runLoop, type SettlementSteps } from "./run-loop.ts";
import { batchOfCalldata } from "./settle-calldata.ts";
import { type Settlement, SettlementHalt } from "./settlement.ts";
import { simulateBatch } from "./simulate-batch.ts";
import type { SettlementSource, SubmitReport } from "./source.ts";
import { createWaitingSince, type WaitingSince } from "./waiting-since.ts";

export interface StartSimulationParameters {
  client: ChainClient;
  deployment: Deployment;
  store: BatchStore;
  source: SettlementSource;
  mirror: SettledMirror;
  /** The last block up to which the engine has taken everything: `ChainWatcher.head`. */
  head(): number;
  submit: SubmitReport;
  limits: BatchLimits & { pollingIntervalMs: number };
  /** The engine's clock, in milliseconds. */
  now(): number;
  log: Log;
  metrics: SettlementMetrics;
  timers?: Timers;
  /** Which requests caused the fills, for the log. */
  traces?: Pick<CommandTraces, "settled">;
}

/**
 * Settlement without an operator's key: each batch is executed against the exchange's code, on top of all
 * simulated before it, and never sent. The hash of its call stands for its transaction.
 */
export function startSimulation(parameters: StartSimulationParameters): Settlement {
  return runLoop(new Simulation(parameters), {
    pollingIntervalMs: parameters.limits.pollingIntervalMs,
    log: parameters.log,
    metrics: parameters.metrics,
    timers: parameters.timers,
  });
}

class Simulation implements SettlementSteps {
  readonly mode = "simulated";
  readonly #parameters: StartSimulationParameters;
  readonly #waitingSince: WaitingSince;
  #ready = false;
  /** Reported to the engine, and perhaps not in the database yet. */
  #reported: { batch: PreparedBatch; transactionHash: Hex } | null = null;

  constructor(parameters: StartSimulationParameters) {
    this.#parameters = parameters;
    this.#waitingSince = createWaitingSince(parameters.now, parameters.timers);
  }

  openBatches(): number {
    return 0;
  }

  async step(): Promise<string | null> {
    if (!this.#ready) await this.#checkChain();
    const { source, limits, now, metrics } = this.#parameters;
    for (;;) {
      await this.#record();
      const fills = source.nextFills(0, limits.maxFills);
      const plan = planBatch(fills, limits, this.#waitingSince.nowMs(fills[0]));
      if (!plan) return null;
      const batch = prepareBatch(source.lastBatchId() + 1, plan, source.journalHead());
      const waitsFor = await this.#simulate(batch);
      if (waitsFor !== null) return waitsFor;
      metrics.batchFills.observe(plan.fills.length);
      metrics.lagSeconds.observe((now() - plan.oldestFillMs) / 1000);
    }
  }

  async #checkChain(): Promise<void> {
    const { client, deployment, store } = this.#parameters;
    const mismatch = await chainMismatch(client, deployment);
    if (mismatch) throw new SettlementHalt(mismatch);
    const open = await store.open();
    if (open.length > 0) {
      throw new SettlementHalt(
        `Batch ${open[0]?.batchId} is on its way to the chain, but OPERATOR_PRIVATE_KEY is not set. Set it, or start ` +
          "with an empty database.",
      );
    }
    this.#ready = true;
  }

  async #simulate(batch: PreparedBatch): Promise<string | null> {
    const { client, deployment, mirror, head } = this.#parameters;
    try {
      const { orders } = batchOfCalldata(batch.calldata);
      const implied = await readImpliedState({ client, deployment, mirror, head: head(), orders });
      const skipped = await simulateBatch(client, deployment, batch, implied);
      const transactionHash = keccak256(batch.calldata);
      await this.#report(batch, transactionHash, skipped);
      this.#reported = { batch, transactionHash };
      return null;
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      const { name, args } = refusal;
      throw new SettlementHalt(
        `The exchange refuses batch ${batch.batchId} with ${name}(${args.join(", ")}).`,
      );
    }
  }

  async #record(): Promise<void> {
    if (!this.#reported) return;
    await this.#parameters.store.simulate(this.#reported.batch, this.#reported.transactionHash);
    this.#reported = null;
  }

  async #report(
    batch: PreparedBatch,
    transactionHash: Hex,
    skipped: BatchSimulatedCommand["skipped"],
  ): Promise<void> {
    const { submit, log, metrics } = this.#parameters;
    const { batchId, firstFillSeq, lastFillSeq } = batch;
    const fills = lastFillSeq - firstFillSeq + 1;
    metrics.skippedFills.inc(skipped.length);
    if (skipped.length > 0) log.error({ batchId, skipped }, "fills did not hold at settlement");
    else {
      const { journalSeq } = batch;
      const facts = { batchId, firstFillSeq, lastFillSeq, journalSeq, transactionHash };
      const traceIds = this.#parameters.traces?.settled({ ...facts, oldestFillMs: null }) ?? [];
      log.info({ ...facts, fills, traceIds }, "a batch was simulated");
    }
    await submit({
      kind: "batch_simulated",
      batchId,
      firstFillSeq,
      lastFillSeq,
      transactionHash,
      skipped,
    });
  }
}
