import { assert } from "./assert.ts";
import { loadParts, type Parts, saveParts } from "./snapshot-parts.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";
import type { CoreState } from "./state.ts";

/** The limits are the journal's; events are read, and their log empty, after each command. */
const PARTS: Parts<CoreState> = {
  limits: "apart",
  seq: "figure",
  timeMs: "figure",
  accounts: "table",
  nonces: "table",
  holdings: "table",
  markets: "table",
  slots: "table",
  ladders: "table",
  fills: "table",
  cash: "table",
  shares: "table",
  lastOrder: "figure",
  expiries: "table",
  expiringOrders: "figure",
  closings: "table",
  releases: "map",
  tradingPaused: "flag",
  phases: "table",
  heartbeats: "table",
  lastBlock: "figure",
  lastBlockTimestamp: "figure",
  lastBatchId: "figure",
  lastUndoneBatchId: "figure",
  batches: "map",
  cashInflowMicro: "figure",
  feesMicro: "figure",
  events: "apart",
};

/** Takes the state down, between two commands. */
export function saveState(state: CoreState, out: SnapshotWriter): void {
  assert(state.events.count === 0, "a snapshot is taken between commands");
  saveParts(state, PARTS, out);
}

/** Sets a state before its first command to a saved one. */
export function loadState(state: CoreState, from: SnapshotReader): void {
  assert(state.seq === 0, "a state is loaded before its first command");
  loadParts(state, PARTS, from);
}
