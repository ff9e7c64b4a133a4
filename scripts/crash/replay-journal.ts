/**
 * The journal at DATABASE_URL replayed to THROUGH_SEQ by a process of its own, without the engine's
 * snapshots, projections or lock. Prints `{ seq, journalHash, stateHash, audit, tookMs }`.
 */
import { strict as assert } from "node:assert";
import { z } from "zod";
import { createCore } from "../../offchain-engine/edge/core.ts";
import { chainHash, genesisHash } from "../../offchain-engine/journal/chain-hash.ts";
import { env, loadConfig } from "../../platform/config.ts";
import { readDeploymentFile } from "../../platform/deployment-file.ts";
import { createLog } from "../../platform/log.ts";
import { createPool } from "../../platform/postgres/pool.ts";

const PAGE = 5_000;

const config = loadConfig(
  z.object({
    DATABASE_URL: env.databaseUrl,
    DEPLOYMENT_FILE: env.deploymentFile,
    THROUGH_SEQ: z.coerce.number().int().min(0),
  }),
);
const startedMs = performance.now();
const deployment = await readDeploymentFile(config.DEPLOYMENT_FILE);
const pool = createPool({
  databaseUrl: config.DATABASE_URL,
  log: createLog({ service: "replay", level: "silent" }),
  applicationName: "agon-replay",
});
const meta = await pool.query<{ core_limits: string }>("SELECT core_limits FROM engine.meta");
const limits = JSON.parse(meta.rows[0]?.core_limits ?? "{}");
const core = createCore({ chainId: deployment.chainId, ...limits });
let hash = genesisHash(deployment);

while (core.seq < config.THROUGH_SEQ) {
  const { rows } = await pool.query<{
    seq: bigint;
    time_ms: bigint;
    payload: string;
    hash: Buffer;
  }>(
    `SELECT seq, time_ms, payload, hash FROM engine.journal
     WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`,
    [core.seq, config.THROUGH_SEQ, PAGE],
  );
  assert.ok(rows.length > 0, `the journal ends at ${core.seq}`);
  for (const { seq, time_ms, payload, hash: stored } of rows) {
    const timeMs = Number(time_ms);
    hash = chainHash(hash, Number(seq), timeMs, payload);
    assert.ok(hash.equals(stored), `the hash chain breaks at ${seq}`);
    core.apply({ seq: Number(seq), timeMs, command: JSON.parse(payload) });
  }
}
await pool.end();
const result = {
  seq: core.seq,
  journalHash: `0x${hash.toString("hex")}`,
  stateHash: core.stateHash(),
  audit: core.audit(),
  tookMs: Math.round(performance.now() - startedMs),
};
console.log(JSON.stringify(result));
