import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "mocha";
import { verifyJournal } from "../../scripts/verify-journal.ts";
import {
  type EngineDatabase,
  startEngineDatabase,
} from "../offchain-engine/snapshot/engine-database.ts";

describe("verification of the journal", function () {
  this.timeout(60_000);
  let database: EngineDatabase;
  let stateHash: string;

  before(async () => {
    database = await startEngineDatabase();
  });

  after(() => database.stop());

  beforeEach(async () => {
    await database.clear();
    stateHash = await database.withEngine(async (engine) => {
      await engine.place(10);
      await engine.snapshot();
      await engine.place(10);
      await engine.snapshot();
      await engine.place(5);
      return engine.core.stateHash();
    });
  });

  it("stops at a recorded state hash that the replay does not come to", async () => {
    await database.pool.query(
      "UPDATE engine.checkpoints SET state_hash = '0123456789abcdef' WHERE seq = 11",
    );
    await assert.rejects(verifyJournal(database.pool), { code: "state_diverged" });
  });

  it("stops at an altered entry, which a restart from the snapshot behind it passes over", async () => {
    await database.pool.query("UPDATE engine.journal SET payload = payload || ' ' WHERE seq = 5");
    assert.equal(await database.withEngine(async ({ core }) => core.stateHash()), stateHash);
    await assert.rejects(verifyJournal(database.pool), { code: "journal_corrupt" });
  });

  it("says what it replayed and compared, beside a running engine", async () => {
    await database.withEngine(async () => {
      const verified = await verifyJournal(database.pool);
      assert.deepEqual(
        [verified.entries, verified.checkpoints, verified.stateHash],
        [26, 2, stateHash],
      );
    });
  });

  it("has nothing to say of an empty journal", async () => {
    await database.clear();
    assert.equal((await verifyJournal(database.pool)).entries, 0);
  });
});
