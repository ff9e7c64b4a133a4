import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import type { BatchStore, PreparedBatch } from "../../../offchain-engine/settlement/batch-store.ts";
import { createPostgresBatchStore } from "../../../offchain-engine/settlement/postgres-batch-store.ts";
import { SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";

const HASH = `0x${"ab".repeat(32)}` as const;

function batch(batchId: number): PreparedBatch {
  return {
    batchId,
    firstFillSeq: batchId * 10,
    lastFillSeq: batchId * 10 + 9,
    calldata: `0x0${batchId}`,
    journalSeq: batchId * 100,
    journalHash: HASH,
  };
}

describe("batches in Postgres", () => {
  let root: string;
  let server: EmbeddedPostgres;
  let pool: Pool;
  let store: BatchStore;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "agon-batches-"));
    const log = createLog({ service: "test", level: "silent" });
    server = await startEmbeddedPostgres({
      dataDir: join(root, "pg"),
      port: 0,
      log,
      durable: false,
    });
    await migrateDatabase({ databaseUrl: server.databaseUrl });
    pool = createPool({ databaseUrl: server.databaseUrl, log, applicationName: "test" });
    store = createPostgresBatchStore(pool);
  });

  after(async () => {
    await pool?.end();
    await server?.stop();
    await rm(root, { recursive: true, force: true });
  });

  afterEach(() => pool.query("TRUNCATE engine.batches"));

  it("refuses other bytes for a batch that is prepared, for good", async () => {
    await store.prepare(batch(1));
    await assert.rejects(store.prepare({ ...batch(1), calldata: "0xff" }), SettlementHalt);
    assert.equal((await store.open())[0]?.calldata, "0x01");
  });

  it("takes a batch again that may have become durable unseen", async () => {
    await store.prepare(batch(1));
    await store.submit(1, { hash: HASH, nonce: 7 });
    await store.prepare(batch(1));
    assert.deepEqual(await store.open(), [{ ...batch(1), transactionHash: HASH, nonce: 7 }]);
  });

  it("keeps a prepared batch as it was", async () => {
    await store.prepare(batch(1));
    assert.deepEqual(await store.open(), [{ ...batch(1), transactionHash: null, nonce: null }]);
  });

  it("remembers the last transaction signed for a batch", async () => {
    await store.prepare(batch(1));
    await store.submit(1, { hash: `0x${"01".repeat(32)}`, nonce: 7 });
    await store.submit(1, { hash: HASH, nonce: 8 });
    assert.deepEqual(await store.open(), [{ ...batch(1), transactionHash: HASH, nonce: 8 }]);
  });

  it("opens the settled batches after one again, with the last transaction signed for each", async () => {
    for (const id of [1, 2, 3]) await store.prepare(batch(id));
    await store.submit(2, { hash: HASH, nonce: 8 });
    await store.simulate(batch(4), HASH);
    await store.settle(3);
    await store.reopen(1);
    assert.deepEqual(await store.open(), [
      { ...batch(2), transactionHash: HASH, nonce: 8 },
      { ...batch(3), transactionHash: null, nonce: null },
    ]);
  });

  it("gives open batches by id, without those that settled or were simulated", async () => {
    for (const id of [1, 3, 2]) await store.prepare(batch(id));
    await store.settle(1);
    await store.simulate(batch(4), HASH);
    assert.deepEqual(
      (await store.open()).map(({ batchId }) => batchId),
      [2, 3],
    );
  });
});
