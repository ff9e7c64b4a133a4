import type { Hex } from "viem";
import type {
  BatchSimulatedCommand,
  BatchSubmittedCommand,
  ChainEvent,
  SkippedFill,
} from "../../protocol/engine/command.ts";
import { assert } from "../core/assert.ts";
import * as core from "../core/settlement.ts";
import type { EdgeState } from "./edge-state.ts";
import { ForeignBatchError } from "./foreign-batch-error.ts";
import { readEvents } from "./read-events.ts";

type BatchSettled = Extract<ChainEvent, { type: "batch_settled" }>;

/** The batch was sent: its fills are `submitted`. Each replacement renews the transaction. */
export function submitBatch(state: EdgeState, command: BatchSubmittedCommand): void {
  const { batchId, journalHash } = command;
  if (batchId <= state.core.lastBatchId) return;
  core.submitBatch(state.core, command);
  const known = state.batchHashes.get(batchId);
  assert(known === undefined || known === journalHash, "a batch keeps its bytes");
  state.batchHashes.set(batchId, journalHash);
  readEvents(state, { transactionHash: command.transactionHash });
}

/** The batch ran against the contract's code without being broadcast. */
export function simulateBatch(state: EdgeState, command: BatchSimulatedCommand): void {
  if (command.batchId <= state.core.lastBatchId) return;
  core.coverFills(state.core, command);
  finishBatch(state, command, true);
}

/**
 * The chain settled the batch. Each is reported before it is sent, so one that was not, or that anchors
 * another journal, is not ours. An empty one only takes its number.
 * @throws ForeignBatchError when this engine has not sent it.
 */
export function settleBatch(state: EdgeState, event: BatchSettled): void {
  const { batchId, journalHash } = event;
  const count = event.settled + event.skipped.length;
  const isOurs = count === 0 || state.batchHashes.get(batchId) === journalHash;
  if (!isOurs || !core.canSettle(state.core, batchId, count)) throw new ForeignBatchError(batchId);
  state.batchHashes.delete(batchId);
  if (count > 0) {
    finishBatch(state, event, false);
  } else {
    state.core.lastBatchId = batchId;
    // Known where a reorganisation had undone it.
    state.core.batches.delete(batchId);
  }
}

function finishBatch(
  state: EdgeState,
  outcome: { batchId: number; transactionHash: Hex; skipped: SkippedFill[] },
  isSimulated: boolean,
): void {
  const { batchId, skipped } = outcome;
  const indices = new Set(skipped.map(({ fillIndex }) => fillIndex));
  const firstFillSeq = state.core.fills.settledThroughSeq + 1;
  core.finishBatch(state.core, batchId, (index) => indices.has(index), isSimulated);
  for (const { fillIndex, reason } of skipped) {
    const { timeMs } = state.core;
    state.skipped.note({ fillSeq: firstFillSeq + fillIndex, batchId, reason, timeMs });
  }
  readEvents(state, { transactionHash: outcome.transactionHash });
}
