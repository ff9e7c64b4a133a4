import type { Hex } from "viem";
import type {
  BatchSimulatedCommand,
  BatchSubmittedCommand,
  SkippedFill,
} from "../../protocol/engine/command.ts";
import * as core from "../core/settlement.ts";
import type { EdgeState } from "./edge-state.ts";
import { ForeignBatchError } from "./foreign-batch-error.ts";
import { readEvents } from "./read-events.ts";

/** The batch was sent: its fills are `submitted`. Each replacement renews the transaction. */
export function submitBatch(state: EdgeState, command: BatchSubmittedCommand): void {
  if (command.batchId <= state.core.lastBatchId) return;
  core.submitBatch(state.core, command);
  readEvents(state, { transactionHash: command.transactionHash });
}

/** The batch ran against the contract's code without being broadcast. */
export function simulateBatch(state: EdgeState, command: BatchSimulatedCommand): void {
  if (command.batchId <= state.core.lastBatchId) return;
  core.coverFills(state.core, command);
  finishBatch(state, command, true);
}

/**
 * The chain settled the batch. One whose submission was never reported (a crash between sending and
 * reporting) must be the next one, and covers as many fills as the chain counted. An empty one only
 * takes its number.
 * @throws ForeignBatchError when this engine cannot have sent it.
 */
export function settleBatch(
  state: EdgeState,
  event: { batchId: number; transactionHash: Hex; settled: number; skipped: SkippedFill[] },
): void {
  const { batchId } = event;
  const count = event.settled + event.skipped.length;
  if (!core.canSettle(state.core, batchId, count)) throw new ForeignBatchError(batchId);
  if (count === 0) {
    state.core.lastBatchId = batchId;
    return;
  }
  if (!state.core.batches.has(batchId)) {
    const firstFillSeq = core.lastCoveredSeq(state.core) + 1;
    const lastFillSeq = firstFillSeq + count - 1;
    core.coverFills(state.core, { batchId, firstFillSeq, lastFillSeq });
  }
  finishBatch(state, event, false);
}

function finishBatch(
  state: EdgeState,
  outcome: { batchId: number; transactionHash: Hex; skipped: SkippedFill[] },
  isSimulated: boolean,
): void {
  const skipped = new Set(outcome.skipped.map(({ fillIndex }) => fillIndex));
  core.finishBatch(state.core, outcome.batchId, (index) => skipped.has(index), isSimulated);
  readEvents(state, { transactionHash: outcome.transactionHash });
}
