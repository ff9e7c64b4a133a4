/**
 * `npm run verify:journal`: replays the journal in DATABASE_URL from its first entry, beside a running engine or
 * without one, and compares the state with every state hash that was recorded on the way. The last line is
 * JSON; exits 0 when the hash chain holds, every state hash is come to and the ledger adds up, else 1.
 */

import type { Address, Hex } from "viem";
import { z } from "zod";
import { DEFAULT_LIMITS } from "../offchain-engine/core/limits.ts";
import { drawHashKey } from "../offchain-engine/draw-hash-key.ts";
import { createCore } from "../offchain-engine/edge/core.ts";
import { readEntries } from "../offchain-engine/journal/read-entries.ts";
import { readStateHashes } from "../offchain-engine/snapshot/read-checkpoints.ts";
import { env, loadConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { createPool, type Pool } from "../platform/postgres/pool.ts";
import { runMain } from "../platform/run-main.ts";
import { StartError } from "../platform/start-error.ts";
import { journalGenesisHash } from "../protocol/journal/genesis-hash.ts";

/** What a replay of the whole journal came to. */
export interface VerifiedJournal {
  entries: number;
  /** State hashes that were compared. */
  checkpoints: number;
  stateHash: string;
  replay_per_s: number;
}

interface MetaRow {
  chain_id: bigint;
  exchange: Address;
  deploy_block_hash: Hex;
  core_limits: string;
}

/** @throws StartError `journal_corrupt`, `state_diverged`. */
export async function verifyJournal(pool: Pool): Promise<VerifiedJournal> {
  const { rows } = await pool.query<MetaRow>("SELECT * FROM engine.meta");
  const [meta] = rows;
  if (!meta) return { entries: 0, checkpoints: 0, stateHash: "", replay_per_s: 0 };
  const chainId = Number(meta.chain_id);
  const identity = { chainId, exchange: meta.exchange, deployBlockHash: meta.deploy_block_hash };
  const genesis = Buffer.from(journalGenesisHash(identity).slice(2), "hex");
  const expected = await readStateHashes(pool, 0);
  const core = createCore({
    chainId,
    ...DEFAULT_LIMITS,
    ...JSON.parse(meta.core_limits),
    hashKey: drawHashKey(),
  });
  const startedMs = performance.now();
  let checkpoints = 0;
  for await (const entries of readEntries(pool, { seq: 0, hash: genesis })) {
    for (const { seq, timeMs, payload } of entries) {
      core.apply({ seq, timeMs, command: JSON.parse(payload) });
      const recorded = expected.get(seq);
      if (recorded === undefined) continue;
      if (core.stateHash() !== recorded) throw diverged(`After entry ${seq} the state is another`);
      checkpoints++;
    }
  }
  const [difference] = core.audit();
  if (difference !== undefined)
    throw diverged(`The ledger does not add up (${difference}): it is another`);
  const seconds = Math.max(0.001, (performance.now() - startedMs) / 1_000);
  const stateHash = core.stateHash();
  return {
    entries: core.seq,
    checkpoints,
    stateHash,
    replay_per_s: Math.round(core.seq / seconds),
  };
}

function diverged(what: string): StartError {
  return new StartError("state_diverged", `${what} than the engine that wrote the journal had.`);
}

async function main(): Promise<void> {
  const config = loadConfig(z.object({ DATABASE_URL: env.databaseUrl }));
  const log = createLog({ service: "verify", level: "error" });
  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    log,
    applicationName: "agon-verify",
    maxConnections: 1,
  });
  try {
    console.log(JSON.stringify(await verifyJournal(pool)));
  } finally {
    await pool.end();
  }
}

if (import.meta.main) await runMain(main);
