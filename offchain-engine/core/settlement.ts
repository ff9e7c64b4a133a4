import { assert } from "./assert.ts";
import { EndReason, EventKind, FillProgress } from "./event-log.ts";
import { reverseFill, settleFill } from "./ledger.ts";
import { NO_SLOT } from "./order-slots.ts";
import { endOrder, isResting } from "./resting-order.ts";
import type { CoreState } from "./state.ts";
import { rebookFill, unsettleFill } from "./undo-fill.ts";
import { LEG_MAKER, LEG_TAKER } from "./unsettled-fills.ts";

/** A batch on its way to the chain. Batches cover all fills, in order, without holes. */
export interface Batch {
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
}

/** The batch was sent: its fills are submitted. Each replacement tells it again. */
export function submitBatch(state: CoreState, batch: Batch): void {
  coverFills(state, batch);
  for (let fillSeq = batch.firstFillSeq; fillSeq <= batch.lastFillSeq; fillSeq++) {
    state.events.add2(EventKind.PROGRESS, fillSeq, FillProgress.SUBMITTED);
  }
}

/** Whether the next batch to settle is this one, with as many fills; an unknown one has none. */
export function canSettle(state: CoreState, batchId: number, count: number): boolean {
  if (batchId !== state.lastBatchId + 1) return false;
  const known = state.batches.get(batchId);
  return count === (known ? known.lastFillSeq - known.firstFillSeq + 1 : 0);
}

/** The last fill that any batch covers. */
function lastCoveredSeq(state: CoreState): number {
  let last = state.fills.settledThroughSeq;
  for (const batch of state.batches.values()) last = Math.max(last, batch.lastFillSeq);
  return last;
}

/** Takes note of a batch's fills, if it was not known. @throws CoreAssertionError when it cannot be. */
export function coverFills(state: CoreState, batch: Batch): void {
  const { batchId, firstFillSeq, lastFillSeq } = batch;
  const known = state.batches.get(batchId);
  if (known) {
    assert(
      known.firstFillSeq === firstFillSeq && known.lastFillSeq === lastFillSeq,
      "a batch keeps its fills",
    );
    return;
  }
  assert(batchId === state.lastBatchId + state.batches.size + 1, "batches follow one another");
  assert(
    firstFillSeq === lastCoveredSeq(state) + 1 &&
      lastFillSeq >= firstFillSeq &&
      lastFillSeq <= state.fills.lastSeq,
    "a batch covers the fills that follow the batch before it",
  );
  state.batches.set(batchId, { batchId, firstFillSeq, lastFillSeq });
}

/**
 * The next batch has settled, on chain or in simulation; `isSkipped` names the fills, by their place in it,
 * that would not hold. Then nothing of its fills stays in the core.
 */
export function finishBatch(
  state: CoreState,
  batchId: number,
  isSkipped: (index: number) => boolean,
  isSimulated: boolean,
): void {
  const batch = state.batches.get(batchId);
  assert(batch !== undefined, "a batch is known before it settles");
  assert(batchId === state.lastBatchId + 1, "batches settle in order");
  const { firstFillSeq, lastFillSeq } = batch;
  state.lastBatchId = batchId;
  state.batches.delete(batchId);
  const progress = isSimulated ? FillProgress.SIMULATED : FillProgress.SETTLED;
  for (let fillSeq = firstFillSeq; fillSeq <= lastFillSeq; fillSeq++) {
    if (isSkipped(fillSeq - firstFillSeq)) {
      skipFill(state, fillSeq);
    } else {
      settleFill(state, fillSeq, isSimulated);
      state.events.add2(EventKind.PROGRESS, fillSeq, progress);
    }
  }
  state.fills.settledThroughSeq = lastFillSeq;
  if (isSimulated) state.fills.makeFinal(lastFillSeq);
}

/**
 * The block in which the last batch settled is gone: its fills are on their way again, those that were
 * skipped among them, since the same bytes may hold next time. Until it has settled again no order is
 * taken and no fast exit is promised.
 */
export function unsettleBatch(
  state: CoreState,
  batch: Batch,
  isSkipped: (index: number) => boolean,
): void {
  const { batchId, firstFillSeq, lastFillSeq } = batch;
  assert(batchId === state.lastBatchId, "batches are undone from the last");
  assert(lastFillSeq === state.fills.settledThroughSeq, "a batch is undone with its fills");
  const later = [...state.batches.values()];
  // An empty one was not sent by us: unless batches of ours follow it, its number is free again.
  if (lastFillSeq >= firstFillSeq || later.length > 0) {
    state.batches.clear();
    for (const one of [batch, ...later]) state.batches.set(one.batchId, one);
  }
  state.lastBatchId = batchId - 1;
  state.fills.reopenAfter(firstFillSeq - 1);
  for (let fillSeq = lastFillSeq; fillSeq >= firstFillSeq; fillSeq--) {
    if (isSkipped(fillSeq - firstFillSeq)) rebookFill(state, fillSeq);
    else unsettleFill(state, fillSeq);
    state.events.add2(EventKind.PROGRESS, fillSeq, FillProgress.SUBMITTED);
  }
  if (lastFillSeq >= firstFillSeq) {
    state.lastUndoneBatchId = Math.max(state.lastUndoneBatchId, batchId);
  }
}

/** Whether the batch is one without fills that was undone, and that batches with fills have to follow. */
export function awaitsEmptyBatch({ batches }: CoreState, batchId: number): boolean {
  const batch = batches.get(batchId);
  return batch !== undefined && batch.lastFillSeq < batch.firstFillSeq;
}

/** Whether a batch that had settled has to settle again. */
export function awaitsResettlement(state: CoreState): boolean {
  return state.lastBatchId < state.lastUndoneBatchId;
}

/**
 * The correcting entry for a fill that the chain refused. Cash and shares go back. The quantity does
 * not return to the book: what the chain refused once, it would refuse again, so both orders keep
 * what they count as filled, and where still open are cancelled.
 */
function skipFill(state: CoreState, fillSeq: number): void {
  const { fills } = state;
  reverseFill(state, fillSeq);
  state.events.add2(EventKind.PROGRESS, fillSeq, FillProgress.SKIPPED);
  for (const leg of [LEG_TAKER, LEG_MAKER]) {
    const at = fills.at(fillSeq) + leg;
    const slot = restingSlot(state, fills.account(at), fills.order(at));
    if (slot !== NO_SLOT) endOrder(state, slot, EndReason.SETTLEMENT_SKIPPED);
  }
}

/** Where the account's order of that number rests, or `NO_SLOT`. */
function restingSlot(state: CoreState, account: number, order: number): number {
  let slot = state.accounts.openHead(account);
  while (slot !== NO_SLOT && !isResting(state, slot, order)) {
    slot = state.slots.accountNext(slot);
  }
  return slot;
}
