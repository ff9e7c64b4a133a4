import type { Hex } from "viem";
import type {
  BatchSimulatedCommand,
  BatchSubmittedCommand,
  SkippedFill,
} from "../../protocol/engine/command.ts";
import { assert } from "./assert.ts";
import { reverseFill, settleFill } from "./fill-accounting.ts";
import type { FillRecord } from "./fills.ts";
import { ForeignBatchError } from "./foreign-batch-error.ts";
import { endOrder, isFinal } from "./order-life-cycle.ts";
import type { CoreState } from "./state.ts";

/** A batch on its way to the chain. Batches cover all fills, in order, without holes. */
export interface Batch {
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
}

/** What became of a batch. */
interface BatchOutcome {
  batchId: number;
  transactionHash: Hex;
  skipped: SkippedFill[];
  isSimulated: boolean;
}

/** The batch was sent: its fills are `submitted`. Each replacement renews the transaction. */
export function submitBatch(state: CoreState, command: BatchSubmittedCommand): void {
  if (command.batchId <= state.lastBatchId) return;
  const { firstFillSeq, lastFillSeq, transactionHash } = coverFills(state, command);
  for (let fillSeq = firstFillSeq; fillSeq <= lastFillSeq; fillSeq++) {
    setStatus(state, state.fills.get(fillSeq), "submitted", transactionHash);
  }
}

/** The batch ran against the contract's code without being broadcast. */
export function simulateBatch(state: CoreState, command: BatchSimulatedCommand): void {
  if (command.batchId <= state.lastBatchId) return;
  coverFills(state, command);
  finishBatch(state, { ...command, isSimulated: true });
}

/**
 * The chain settled the batch. One whose submission was never reported (a crash between sending and
 * reporting) must be the next one, and covers as many fills as the chain counted. An empty one only
 * takes its number.
 * @throws ForeignBatchError when this engine cannot have sent it.
 */
export function settleBatch(
  state: CoreState,
  event: { batchId: number; transactionHash: Hex; settled: number; skipped: SkippedFill[] },
): void {
  const { batchId } = event;
  const count = event.settled + event.skipped.length;
  if (!canBeOurs(state, batchId, count)) throw new ForeignBatchError(batchId);
  if (count === 0) {
    state.lastBatchId = batchId;
    return;
  }
  if (!state.batches.has(batchId)) {
    const firstFillSeq = lastCoveredSeq(state) + 1;
    coverFills(state, { batchId, firstFillSeq, lastFillSeq: firstFillSeq + count - 1 });
  }
  finishBatch(state, { ...event, isSimulated: false });
}

/** Whether the next batch to settle is this one, with as many fills. */
function canBeOurs(state: CoreState, batchId: number, count: number): boolean {
  if (batchId !== state.lastBatchId + 1) return false;
  const known = state.batches.get(batchId);
  if (known) return known.lastFillSeq - known.firstFillSeq + 1 === count;
  return lastCoveredSeq(state) + count <= state.fills.lastSeq;
}

/** The last fill that any batch covers. */
function lastCoveredSeq(state: CoreState): number {
  let last = state.fills.settledThroughSeq;
  for (const batch of state.batches.values()) last = Math.max(last, batch.lastFillSeq);
  return last;
}

function coverFills<B extends Batch>(state: CoreState, batch: B): B {
  const { batchId, firstFillSeq, lastFillSeq } = batch;
  const known = state.batches.get(batchId);
  if (known) {
    assert(
      known.firstFillSeq === firstFillSeq && known.lastFillSeq === lastFillSeq,
      "a batch keeps its fills",
    );
    return batch;
  }
  assert(batchId === state.lastBatchId + state.batches.size + 1, "batches follow one another");
  assert(
    firstFillSeq === lastCoveredSeq(state) + 1 &&
      lastFillSeq >= firstFillSeq &&
      lastFillSeq <= state.fills.lastSeq,
    "a batch covers the fills that follow the batch before it",
  );
  state.batches.set(batchId, { batchId, firstFillSeq, lastFillSeq });
  return batch;
}

function finishBatch(state: CoreState, outcome: BatchOutcome): void {
  const batch = state.batches.get(outcome.batchId);
  assert(batch !== undefined, "a batch is known before it settles");
  assert(outcome.batchId === state.lastBatchId + 1, "batches settle in order");
  const skipped = new Set(outcome.skipped.map(({ fillIndex }) => fillIndex));
  const { firstFillSeq, lastFillSeq } = batch;
  state.fills.settledThroughSeq = lastFillSeq;
  state.lastBatchId = outcome.batchId;
  state.batches.delete(outcome.batchId);
  for (let fillSeq = firstFillSeq; fillSeq <= lastFillSeq; fillSeq++) {
    const fill = state.fills.get(fillSeq);
    if (skipped.has(fillSeq - firstFillSeq)) {
      skipFill(state, fill, outcome.transactionHash);
    } else {
      settleFill(state, fill, outcome.isSimulated);
      const status = outcome.isSimulated ? "simulated" : "settled";
      setStatus(state, fill, status, outcome.transactionHash);
    }
  }
}

/**
 * The correcting entry for a fill that the chain refused. Cash and shares go back. The quantity does
 * not return to the book: what the chain refused once, it would refuse again, so both orders keep
 * what they count as filled, and where still open are cancelled.
 */
function skipFill(state: CoreState, fill: FillRecord, transactionHash: Hex): void {
  reverseFill(state, fill);
  setStatus(state, fill, "skipped", transactionHash);
  for (const orderId of [fill.takerOrderId, fill.makerOrderId]) {
    const order = state.orders.get(orderId);
    if (!isFinal(order)) endOrder(state, order, "settlement_skipped");
  }
}

function setStatus(
  state: CoreState,
  fill: FillRecord,
  status: FillRecord["status"],
  transactionHash: Hex,
): void {
  fill.status = status;
  fill.transactionHash = transactionHash;
  state.touched.fills.add(fill.fillSeq);
  state.history.integer(fill.fillSeq).text(status).text(transactionHash);
}
