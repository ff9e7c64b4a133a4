import { assert } from "../core/assert.ts";
import { loadState, saveState } from "../core/save-state.ts";
import { loadParts, type Parts, saveParts } from "../core/snapshot-parts.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";
import type { EdgeState } from "./edge-state.ts";

/** The core goes first; what is touched is told and forgotten, and the terms are filled anew, by each command. */
const PARTS: Parts<EdgeState> = {
  chainId: "apart",
  core: "apart",
  accounts: "table",
  markets: "table",
  orders: "table",
  fills: "table",
  clientIds: "table",
  marketsSeq: "figure",
  exchangeSeq: "figure",
  skipped: "table",
  lastEventSeq: "figure",
  lastBlockHash: "text",
  batchHashes: "map",
  takenBlocks: "map",
  history: "table",
  touched: "apart",
  terms: "apart",
};

/** Takes core and edge down, between two commands. */
export function saveEdgeState(state: EdgeState, out: SnapshotWriter): void {
  saveState(state.core, out);
  saveParts(state, PARTS, out);
}

/** Sets a state before its first command to a saved one. */
export function loadEdgeState(state: EdgeState, from: SnapshotReader): void {
  loadState(state.core, from);
  loadParts(state, PARTS, from);
  assert(from.isAtEnd, "a snapshot holds nothing that no table knows");
}
