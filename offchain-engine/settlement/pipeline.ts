import type { Log } from "../../platform/log.ts";
import type { Timers } from "../../platform/timers.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { ChainClient } from "../chain/client.ts";
import { chainMismatch } from "../chain/deployment-identity.ts";
import type { CommandTraces } from "../server/command-traces.ts";
import { BatchConflict } from "./batch-conflict.ts";
import type { BatchStore, PreparedBatch } from "./batch-store.ts";
import { type ChainState, readChainState } from "./chain-state.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { type Flight, flightOf } from "./flight.ts";
import type { SettlementMetrics } from "./metrics.ts";
import { findMinedBatch } from "./mined-batch.ts";
import type { Operator } from "./operator.ts";
import { type BatchLimits, planBatch } from "./plan-batch.ts";
import { prepareBatch } from "./prepare-batch.ts";
import { runLoop, type SettlementSteps } from "./run-loop.ts";
import { type Settlement, SettlementHalt } from "./settlement.ts";
import type { SettlementSource, SubmitReport } from "./source.ts";
import { createWaitingSince, type WaitingSince } from "./waiting-since.ts";

export interface PipelineLimits extends BatchLimits {
  /** Batches sent and not mined. */
  maxInFlight: number;
  /** Batches mined, but not yet confirmed to the engine by its watcher, and those in flight. */
  maxOpen: number;
  /** A transaction that was not mined after so long is sent again with a higher fee. */
  stuckAfterMs: number;
  /** The most that a transaction may offer, in wei. */
  maxFeePerGas: bigint;
  pollingIntervalMs: number;
}

export interface StartPipelineParameters {
  client: ChainClient;
  deployment: Deployment;
  operator: Operator;
  store: BatchStore;
  source: SettlementSource;
  submit: SubmitReport;
  limits: PipelineLimits;
  /** The engine's clock, in milliseconds. */
  now(): number;
  log: Log;
  metrics: SettlementMetrics;
  timers?: Timers;
  /** Which requests caused the fills, for the log. */
  traces?: Pick<CommandTraces, "settled">;
}

/**
 * Settles the engine's fills on the chain: batches them, fixes each batch durably, sends it, and follows it
 * until the engine has taken its settlement from the watcher. The contract takes batch n + 1 only after n,
 * and each once: so whatever crashes or is sent twice, a batch settles exactly once.
 */
export function startPipeline(parameters: StartPipelineParameters): Settlement {
  return runLoop(new Pipeline(parameters), {
    pollingIntervalMs: parameters.limits.pollingIntervalMs,
    log: parameters.log,
    metrics: parameters.metrics,
    timers: parameters.timers,
  });
}

class Pipeline implements SettlementSteps {
  readonly mode = "live";
  readonly #parameters: StartPipelineParameters;
  readonly #dispatcher: Dispatcher;
  readonly #waitingSince: WaitingSince;
  /** Batches that the engine has not seen settled, by batch id without holes. */
  readonly #flights: Flight[] = [];
  #ready = false;
  /** Fixed, and perhaps durable already: until that is certain, no other bytes may have its number. */
  #fixed: { batch: PreparedBatch; oldestFillMs: number } | null = null;
  /** The last batch whose settlement the engine had taken when we counted on it. */
  #retiredThrough = 0;
  /** The last batch whose number was found taken. */
  #takenBatchId = 0;
  #nextBatchId = 0;
  #lastFillSeq = 0;

  constructor(parameters: StartPipelineParameters) {
    this.#parameters = parameters;
    this.#dispatcher = createDispatcher(parameters);
    this.#waitingSince = createWaitingSince(parameters.now, parameters.timers);
  }

  openBatches(): number {
    return this.#flights.length;
  }

  async step(): Promise<string | null> {
    if (this.#parameters.source.lastBatchId() < this.#retiredThrough) this.#goBack();
    if (!this.#ready) {
      const waitsFor = await this.#takeUp();
      if (waitsFor !== null) return waitsFor;
    }
    await this.#retire();
    if (this.#flights.length === 0 && !this.#fixed && !this.#plan()) return null;
    const { client, deployment, operator } = this.#parameters;
    const chain = await readChainState(client, deployment.exchange, operator.address);
    for (const flight of this.#flights) await this.#look(flight, chain);
    return this.#advance(chain);
  }

  /** At start: is this our chain and our exchange, and what did an earlier run leave? */
  async #takeUp(): Promise<string | null> {
    const { client, deployment, operator, store, source, log } = this.#parameters;
    const mismatch = await chainMismatch(client, deployment);
    if (mismatch) throw new SettlementHalt(mismatch);
    await this.#checkOperator();
    // Before the chain is read: while it answers, the engine may learn of batches that the answer does not have.
    const known = source.lastBatchId();
    const { lastBatchId } = await readChainState(client, deployment.exchange, operator.address);
    await store.reopen(Math.min(known, lastBatchId));
    const open = await store.open();
    if (known > lastBatchId) {
      if (open.some(({ batchId }) => batchId === lastBatchId + 1)) return lostBatches(lastBatchId);
      throw new SettlementHalt(
        `The engine has batches up to ${known} as settled, the chain up to ${lastBatchId}: either the ` +
          "RPC is far behind, or they were settled in simulation. A live exchange starts with an empty database.",
      );
    }
    const last = open.at(-1);
    const gap = open.find(({ batchId }, index) => batchId !== (open[0]?.batchId ?? 0) + index);
    if (gap || (open[0]?.batchId ?? 0) > lastBatchId + 1) {
      const missing = gap ? gap.batchId - 1 : lastBatchId + 1;
      if (source.awaitsEmptyBatch(missing)) return lostEmptyBatch(missing);
      throw new SettlementHalt(`Batch ${missing} is missing from the database: restore it.`);
    }
    if (!last && source.lastBatchId() < lastBatchId) {
      return `The engine has yet to read batches ${source.lastBatchId() + 1} … ${lastBatchId} from the chain.`;
    }
    this.#flights.push(...open.map((batch) => flightOf(batch)));
    const fixed = this.#fixed?.batch.batchId;
    if (open.some(({ batchId }) => batchId === fixed)) this.#fixed = null;
    this.#nextBatchId = (last?.batchId ?? lastBatchId) + 1;
    this.#lastFillSeq = last?.lastFillSeq ?? 0;
    // The engine may have learned of more since, and the number that comes next counts on it.
    this.#retiredThrough = Math.max(known, source.lastBatchId());
    this.#ready = true;
    log.info({ lastBatchId, open: open.length }, "settlement takes up its work");
    return null;
  }

  async #checkOperator(): Promise<void> {
    const { client, deployment, operator } = this.#parameters;
    const expected = await client.readContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      functionName: "operator",
    });
    if (expected.toLowerCase() === operator.address.toLowerCase()) return;
    throw new SettlementHalt(
      `The exchange's operator is ${expected}, but OPERATOR_PRIVATE_KEY belongs to ${operator.address}.`,
    );
  }

  /** Lets go of the batches whose settlement the engine has taken. */
  async #retire(): Promise<void> {
    const { source, store, metrics, now } = this.#parameters;
    const settled = source.lastBatchId();
    const first = this.#flights[0];
    if (!first || first.batch.batchId > settled) return;
    for (const flight of this.#flights) {
      if (flight.batch.batchId <= settled && !flight.mined) await this.#measure(flight);
    }
    this.#retiredThrough = settled;
    await store.settle(settled);
    while (this.#flights[0] && this.#flights[0].batch.batchId <= settled) {
      const { oldestFillMs } = this.#flights.shift() as Flight;
      if (oldestFillMs !== null) metrics.lagSeconds.observe((now() - oldestFillMs) / 1000);
    }
  }

  /** Batches that had settled are undone: they are taken up again, to be sent with the very same bytes. */
  #goBack(): void {
    const { log, source } = this.#parameters;
    log.warn(
      { lastBatchId: source.lastBatchId() },
      "settled batches are undone; they are sent again",
    );
    this.#retiredThrough = 0;
    this.#flights.length = 0;
    this.#ready = false;
  }

  /** Notes whether the newest block has the batch settled; a reorganisation can take that back. */
  async #look(flight: Flight, { lastBatchId }: ChainState): Promise<void> {
    const { batchId } = flight.batch;
    const mined = batchId <= lastBatchId;
    if (mined === flight.mined) return;
    if (mined) return this.#measure(flight);
    flight.mined = false;
    if (flight.sent) flight.sent.taken = false;
    this.#parameters.log.warn({ batchId }, "a batch was mined, but a reorganisation took it back");
  }

  /** Notes that a batch is mined, what it cost, and whether all of it held. */
  async #measure(flight: Flight): Promise<void> {
    const { client, deployment, log, metrics } = this.#parameters;
    const found = await findMinedBatch(client, deployment.exchange, flight.hashes);
    flight.mined = true;
    if (!found) return;
    const { gasUsed, skipped, transactionHash } = found;
    metrics.gasPerFill.observe(gasUsed / flight.fills);
    metrics.batchFills.observe(flight.fills);
    metrics.skippedFills.inc(skipped.length);
    const { batchId, firstFillSeq, lastFillSeq, journalSeq } = flight.batch;
    const range = { batchId, firstFillSeq, lastFillSeq, journalSeq, transactionHash, gasUsed };
    const { oldestFillMs } = flight;
    const traceIds = this.#parameters.traces?.settled({ ...range, oldestFillMs }) ?? [];
    const facts = { ...range, fills: flight.fills, traceIds };
    if (skipped.length === 0) return log.info(facts, "a batch was mined");
    log.error({ ...facts, skipped }, "fills did not hold at settlement");
  }

  /** Sees to every batch that is not mined, in order, and sends new ones while there is room. */
  async #advance(chain: ChainState): Promise<string | null> {
    const { limits, source } = this.#parameters;
    // Nothing that follows them can settle before the lost ones have.
    if (chain.lastBatchId < source.lastBatchId()) return lostBatches(chain.lastBatchId);
    const waiting = this.#flights.filter((flight) => !flight.mined);
    for (const [index, flight] of waiting.entries()) {
      const waitsFor = await this.#push(flight, index, chain);
      if (waitsFor !== null) return waitsFor;
    }
    // Another holder of the operator's key sends, too.
    if (chain.lastBatchId >= this.#nextBatchId && source.lastBatchId() < chain.lastBatchId) {
      return `The engine has yet to read batches up to ${chain.lastBatchId} from the chain.`;
    }
    if (!this.#fixed) this.#nextBatchId = Math.max(this.#nextBatchId, source.lastBatchId() + 1);
    let inFlight = waiting.length;
    while (inFlight < limits.maxInFlight && this.#flights.length < limits.maxOpen) {
      const flight = await this.#prepareNext();
      if (!flight) return null;
      const waitsFor = await this.#push(flight, inFlight++, chain);
      if (waitsFor !== null) return waitsFor;
    }
    return null;
  }

  #push(flight: Flight, index: number, chain: ChainState): Promise<string | null> {
    const isNext = flight.batch.batchId === chain.lastBatchId + 1;
    return this.#dispatcher.push(flight, { nonce: chain.nonce + index, isNext });
  }

  #plan() {
    const { source, limits } = this.#parameters;
    const fills = source.nextFills(this.#lastFillSeq, limits.maxFills);
    return planBatch(fills, limits, this.#waitingSince.nowMs(fills[0]));
  }

  async #prepareNext(): Promise<Flight | null> {
    this.#fixed ??= this.#fixNext();
    if (!this.#fixed) return null;
    const { batch, oldestFillMs } = this.#fixed;
    try {
      await this.#parameters.store.prepare(batch);
    } catch (error) {
      this.#startOver(error);
      return null;
    }
    const flight = flightOf({ ...batch, transactionHash: null, nonce: null }, oldestFillMs);
    this.#fixed = null;
    this.#flights.push(flight);
    this.#nextBatchId = batch.batchId + 1;
    this.#lastFillSeq = batch.lastFillSeq;
    return flight;
  }

  /**
   * An engine that had not yet noticed that it lost the journal fixed a batch after this one had looked. It knew
   * durable fills only, and nothing of ours was sent: what it fixed is taken up as from an earlier run.
   */
  #startOver(error: unknown): void {
    if (!(error instanceof BatchConflict) || error.batchId === this.#takenBatchId) throw error;
    const { batchId } = error;
    this.#parameters.log.warn({ batchId }, "another engine fixed this batch; it is taken up");
    this.#takenBatchId = batchId;
    this.#fixed = null;
    this.#flights.length = 0;
    this.#ready = false;
  }

  #fixNext(): { batch: PreparedBatch; oldestFillMs: number } | null {
    const plan = this.#plan();
    if (!plan) return null;
    const batch = prepareBatch(this.#nextBatchId, plan, this.#parameters.source.journalHead());
    return { batch, oldestFillMs: plan.oldestFillMs };
  }
}

function lostEmptyBatch(batchId: number): string {
  return (
    `The chain has lost batch ${batchId}, an empty one that somebody else sent with the operator's key, and ` +
    "the batches after it wait for it. Unless its transaction is mined again, send an empty one with that id."
  );
}

function lostBatches(lastBatchId: number): string {
  return `The chain has lost the batches after ${lastBatchId}: the engine has yet to notice.`;
}
