import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "mocha";
import type { PoolClient } from "../../../platform/postgres/pool.ts";
import { StartError } from "../../../platform/start-error.ts";
import { type EngineDatabase, type RunningEngine, startEngineDatabase } from "./engine-database.ts";

describe("restart from a snapshot", function () {
  this.timeout(60_000);
  let database: EngineDatabase;

  before(async () => {
    database = await startEngineDatabase();
  });

  after(() => database.stop());

  beforeEach(() => database.clear());

  /** Two snapshots, after 21 and 41 commands, and five commands after them; gives the state's hash. */
  function twoSnapshots(): Promise<string> {
    return database.withEngine(async (engine) => {
      await engine.place(20);
      await engine.snapshot();
      await engine.place(20);
      await engine.snapshot();
      await engine.place(5);
      return engine.core.stateHash();
    });
  }

  const restart = (publishedThrough?: number) =>
    database.withEngine(
      async ({ core, snapshotSeq, replayed, warned }) => ({
        stateHash: core.stateHash(),
        snapshotSeq,
        replayed,
        warnings: warned.length,
      }),
      publishedThrough,
    );

  it("stores a snapshot with a commit that waits for the disk, whatever the server says", async () => {
    const client = await database.pool.connect();
    const shown: unknown[] = [];
    const spying = {
      async query(asked: string, values?: unknown[]) {
        if (asked === "COMMIT") {
          shown.push((await client.query("SHOW synchronous_commit")).rows[0].synchronous_commit);
        }
        return client.query(asked, values);
      },
    } as PoolClient;
    try {
      await client.query("SET synchronous_commit = off");
      await database.withEngine(async (engine) => {
        await engine.place(2);
        await engine.snapshot(spying);
      });
    } finally {
      client.release(true);
    }
    assert.deepEqual(shown, ["on"]);
  });

  it("passes over a snapshot whose bytes were altered, to the one before", async () => {
    const stateHash = await twoSnapshots();
    await database.pool.query(
      "UPDATE engine.snapshot_chunks SET data = set_byte(data, 4000, 1 + get_byte(data, 4000) % 255) WHERE seq = 41",
    );
    assert.deepEqual(await restart(), { stateHash, snapshotSeq: 21, replayed: 25, warnings: 1 });
  });

  it("replays the whole journal when no snapshot verifies", async () => {
    const stateHash = await twoSnapshots();
    await database.pool.query("UPDATE engine.snapshot_chunks SET data = substr(data, 9)");
    assert.deepEqual(await restart(), { stateHash, snapshotSeq: 0, replayed: 46, warnings: 2 });
  });

  it("loads no snapshot of another form, and compares none of its state hashes", async () => {
    const stateHash = await twoSnapshots();
    await database.pool.query(
      "UPDATE engine.checkpoints SET state_format = 0, state_hash = 'other' WHERE seq = 41",
    );
    assert.deepEqual(await restart(), { stateHash, snapshotSeq: 21, replayed: 25, warnings: 0 });
  });

  it("loads no snapshot that is newer than the tables", async () => {
    const stateHash = await twoSnapshots();
    await database.pool.query("UPDATE engine.projection SET seq = 40");
    assert.deepEqual(await restart(), { stateHash, snapshotSeq: 21, replayed: 25, warnings: 0 });
  });

  it("loads no snapshot of another journal, and stores none", async () => {
    const stateHash = await twoSnapshots();
    await database.pool.query(
      "UPDATE engine.checkpoints SET journal_hash = decode(repeat('00', 32), 'hex') WHERE seq = 41",
    );
    await database.withEngine(async (engine) => {
      assert.equal(engine.snapshotSeq, 21);
      const foreign = { ...engine.journal.head(), hash: Buffer.alloc(32) };
      const journal = { ...engine.journal, head: () => foreign };
      await assert.rejects(snapshotWith(engine, journal));
    });
    assert.equal((await restart()).stateHash, stateHash);
  });

  it("stops when a replay comes to another state than the one that was recorded", async () => {
    await twoSnapshots();
    await database.pool.query(
      "UPDATE engine.checkpoints SET state_hash = '0123456789abcdef' WHERE seq = 41",
    );
    await assert.rejects(restart(), (error) => {
      assert.ok(error instanceof StartError);
      assert.equal(error.code, "state_diverged");
      return true;
    });
  });

  it("stops when the journal after the snapshot was altered", async () => {
    await twoSnapshots();
    await database.pool.query(
      `UPDATE engine.journal SET payload = '{"kind":"tick"}' WHERE seq = 43`,
    );
    await assert.rejects(restart(), { code: "journal_corrupt" });
  });

  it("never finds a snapshot that was written in part", async () => {
    const stateHash = await twoSnapshots();
    await database.withEngine(async (engine) => {
      for (const failAt of [2, 3, 4, 5]) {
        await assert.rejects(engine.snapshot(await dyingClient(database, failAt)));
      }
    });
    assert.deepEqual(await restart(), { stateHash, snapshotSeq: 41, replayed: 5, warnings: 0 });
  });

  it("takes the older snapshot while the bus lacks events before the newer one", async () => {
    const stateHash = await twoSnapshots();
    assert.deepEqual(await restart(30), { stateHash, snapshotSeq: 21, replayed: 25, warnings: 0 });
    assert.deepEqual(await restart(10), { stateHash, snapshotSeq: 41, replayed: 5, warnings: 0 });
  });

  it("keeps the last two snapshots, and every state hash", async () => {
    await twoSnapshots();
    await database.withEngine((engine) => engine.snapshot());
    const { pool } = database;
    const chunks = await pool.query("SELECT DISTINCT seq FROM engine.snapshot_chunks ORDER BY seq");
    const hashes = await pool.query("SELECT seq FROM engine.checkpoints ORDER BY seq");
    assert.deepEqual(
      [chunks.rows, hashes.rows].map((rows) => rows.map(({ seq }) => Number(seq))),
      [
        [41, 46],
        [21, 41, 46],
      ],
    );
  });

  it("goes on after it as the engine that wrote it: numbers of streams, fills and entries", async () => {
    await twoSnapshots();
    const whole = await database.withEngine(async (engine) => {
      const { core, timeMs, lastFillSeq, snapshotEventSeq } = engine;
      assert.equal(engine.snapshotSeq, 41);
      assert.equal(snapshotEventSeq, 41);
      assert.ok(lastFillSeq > 0 && timeMs > 0);
      await engine.place(10);
      return { hash: core.stateHash(), books: core.snapshot().books };
    });
    await database.pool.query("DELETE FROM engine.snapshot_chunks");
    await database.withEngine(async (engine) => {
      assert.equal(engine.snapshotSeq, 0);
      assert.deepEqual(
        { hash: engine.core.stateHash(), books: engine.core.snapshot().books },
        whole,
      );
    });
  });
});

/** A snapshot stored by an engine that believes in another journal. */
function snapshotWith(engine: RunningEngine, journal: RunningEngine["journal"]): Promise<string> {
  engine.journal.head = journal.head;
  return engine.snapshot();
}

/** A connection that is cut when its `failAt`-th statement is sent, as by the death of the process. */
async function dyingClient({ pool }: EngineDatabase, failAt: number): Promise<PoolClient> {
  const client = await pool.connect();
  client.on("error", () => {});
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  let sent = 0;
  const dying = (...args: unknown[]) => {
    if (++sent === failAt) client.release(true);
    return sent >= failAt ? Promise.reject(new Error("cut")) : query(...args);
  };
  return { query: dying } as unknown as PoolClient;
}
