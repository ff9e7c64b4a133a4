import type { PoolClient } from "../../platform/postgres/pool.ts";
import type { HashKey } from "../core/keyed-hash.ts";
import type { CoreLimits } from "../core/limits.ts";
import { SnapshotReader } from "../core/snapshot-reader.ts";
import { drawHashKey } from "../draw-hash-key.ts";
import { createCore } from "../edge/core.ts";
import { storeSnapshot } from "./store-snapshot.ts";

/** A state that was taken down after a command. */
export interface TakenState {
  chainId: number;
  limits: CoreLimits;
  seq: number;
  timeMs: number;
  /** Of the journal's entry at `seq`. */
  journalHash: Uint8Array;
  bytes: Uint8Array;
}

/**
 * Sets a core up from the bytes, recounts its ledger, and stores bytes and state hash: what is stored was
 * loaded once already. The core is another process's or thread's: its `hashKey` is drawn unless given.
 * @returns The state hash.
 * @throws when the bytes are no sound state, or the journal has no such entry.
 */
export async function writeSnapshot(
  client: PoolClient,
  taken: TakenState,
  hashKey: HashKey = drawHashKey(),
): Promise<string> {
  const { chainId, limits, seq, timeMs, bytes } = taken;
  const core = createCore({ chainId, ...limits, hashKey }, new SnapshotReader(bytes));
  const [difference] = core.audit();
  if (difference !== undefined) throw new Error(`the ledger does not add up: ${difference}`);
  const stateHash = core.stateHash();
  const journalHash = Buffer.from(taken.journalHash);
  await storeSnapshot(client, { seq, timeMs, journalHash, stateHash }, bytes);
  return stateHash;
}
