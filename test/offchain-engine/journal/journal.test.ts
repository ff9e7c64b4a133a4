import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { chainHash, genesisHash } from "../../../offchain-engine/journal/chain-hash.ts";
import { type Journal, openJournal } from "../../../offchain-engine/journal/journal.ts";
import { lockJournal } from "../../../offchain-engine/journal/journal-lock.ts";
import { freePort } from "../../../platform/free-port.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import type { SequencedCommand } from "../../../protocol/engine/command.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { ManualTimers } from "../../platform/manual-timers.ts";
import { DEPLOYMENT } from "./fixtures.ts";

const log = createLog({ service: "test", level: "silent" });
const TICK = { kind: "tick" } as const;

describe("journal", function () {
  this.timeout(30_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let pool: Pool;
  let opened: Journal<unknown>[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-journal-"));
    server = await startEmbeddedPostgres({
      dataDir: join(folder, "pg"),
      port: 0,
      log,
      durable: false,
    });
    await migrateDatabase({ databaseUrl: server.databaseUrl });
    pool = createPool({ databaseUrl: server.databaseUrl, log, applicationName: "agon-test" });
  });

  after(async () => {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    opened = [];
    await pool.query("TRUNCATE engine.meta, engine.journal, engine.markets");
  });

  afterEach(async () => {
    await Promise.all(opened.map((journal) => journal.close()));
  });

  async function open(deployment = DEPLOYMENT, limits: unknown = {}): Promise<Journal<unknown>> {
    const journal = await openJournal({ pool, deployment, limits, standby: "wait", log });
    opened.push(journal);
    return journal;
  }

  async function close(journal: Journal<unknown>): Promise<void> {
    opened = opened.filter((one) => one !== journal);
    await journal.close();
  }

  async function replay(journal: Journal<unknown>): Promise<SequencedCommand[]> {
    const commands: SequencedCommand[] = [];
    await journal.replay((sequenced) => commands.push(sequenced));
    return commands;
  }

  /** A journal with `count` ticks, closed again. */
  async function written(count: number): Promise<void> {
    const journal = await open();
    await journal.replay(() => {});
    const entries = Array.from({ length: count }, (_, i) => journal.prepare(1_000 + i, TICK));
    await journal.commit(entries);
    await close(journal);
  }

  it("refuses an altered payload, time or hash", async () => {
    for (const change of [
      "payload = payload || ' '",
      "time_ms = time_ms + 1",
      "hash = sha256('')",
    ]) {
      await pool.query("TRUNCATE engine.meta, engine.journal");
      await written(5);
      await pool.query(`UPDATE engine.journal SET ${change} WHERE seq = 3`);
      const journal = await open();
      await assert.rejects(replay(journal), { code: "journal_corrupt" });
      assert.equal(journal.head().seq, 2);
      await close(journal);
    }
  });

  it("refuses a missing entry", async () => {
    await written(5);
    await pool.query("DELETE FROM engine.journal WHERE seq = 3");
    await assert.rejects(replay(await open()), { code: "journal_corrupt" });
  });

  it("refuses the journal of another deployment", async () => {
    await written(1);
    const others = [
      { ...DEPLOYMENT, chainId: 5 },
      { ...DEPLOYMENT, exchange: DEPLOYMENT.collateral },
      { ...DEPLOYMENT, deployBlockHash: `0x${"ab".repeat(32)}` as const },
    ];
    for (const other of others) {
      await assert.rejects(open(other), { code: "deployment_mismatch" });
    }
  });

  it("says what to do when the database is away, unknown, or without tables", async () => {
    await pool.query("CREATE DATABASE bare");
    const url = new URL(server.databaseUrl);
    const at = (changes: Partial<Pick<URL, "port" | "password" | "pathname">>) =>
      Object.assign(new URL(url), changes).href;
    for (const [databaseUrl, code] of [
      [at({ port: String(await freePort()) }), "database_away"],
      [at({ password: "wrong" }), "database_refuses"],
      [at({ pathname: "/none" }), "database_refuses"],
      [at({ pathname: "/bare" }), "database_unmigrated"],
    ] as const) {
      const other = createPool({ databaseUrl, log, applicationName: "agon-test" });
      const opening = openJournal({
        pool: other,
        deployment: DEPLOYMENT,
        limits: {},
        standby: "wait",
        log,
      });
      await assert.rejects(opening, { name: "StartError", code });
      await other.end();
    }
  });

  it("refuses a second writer while the first one lives", async () => {
    const first = await open();
    const client = await pool.connect();
    const locking = lockJournal(client, "refuse", log, 100);
    await assert.rejects(locking, { code: "journal_locked" });
    client.release(true);
    await close(first);
    await open();
  });

  it("waits for the disk and notices a dead engine, whatever server and role say", async () => {
    const client = await pool.connect();
    try {
      await client.query("SET synchronous_commit = off");
      await lockJournal(client, "refuse", log, 100);
      const { rows } = await client.query(
        "SELECT name, setting FROM pg_settings WHERE name IN ('synchronous_commit', 'tcp_user_timeout') ORDER BY name",
      );
      assert.deepEqual(rows, [
        { name: "synchronous_commit", setting: "on" },
        { name: "tcp_user_timeout", setting: process.platform === "linux" ? "11000" : "0" },
      ]);
    } finally {
      client.release(true);
    }
  });

  it("counts as lost when its server does not answer, and ends the commit that waits", async () => {
    const timers = new ManualTimers();
    const journal = await openJournal({
      pool,
      deployment: DEPLOYMENT,
      limits: {},
      standby: "wait",
      log,
      timers,
    });
    opened.push(journal);
    await replay(journal);
    await journal.confirm();
    // Somebody else's lock on the table keeps the answer away.
    const other = await pool.connect();
    try {
      await other.query("BEGIN");
      await other.query("LOCK TABLE engine.journal");
      const committing = assert.rejects(journal.commit([journal.prepare(1, TICK)]));
      for (let second = 0; second < 12; second++) timers.advance(1_000);
      assert.ok((await journal.lost) instanceof Error);
      await committing;
    } finally {
      other.release(true);
    }
  });

  it("says that it is lost when the database cuts its connection", async () => {
    const journal = await open();
    await replay(journal);
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
       WHERE locktype = 'advisory' AND objid = x'41474f4e'::int AND granted`,
    );
    assert.ok((await journal.lost) instanceof Error);
    await assert.rejects(journal.commit([journal.prepare(1, TICK)]));
  });

  it("gives back what was committed, in order", async () => {
    await written(3);
    const journal = await open();
    assert.deepEqual(await replay(journal), [
      { seq: 1, timeMs: 1_000, command: TICK },
      { seq: 2, timeMs: 1_001, command: TICK },
      { seq: 3, timeMs: 1_002, command: TICK },
    ]);
    assert.equal(journal.head().seq, 3);
    assert.equal(journal.prepare(2_000, TICK).seq, 4);
  });

  it("chains each entry to all before it, from the deployment on", async () => {
    await written(2);
    const first = chainHash(genesisHash(DEPLOYMENT), 1, 1_000, '{"kind":"tick"}');
    const second = chainHash(first, 2, 1_001, '{"kind":"tick"}');
    const { rows } = await pool.query("SELECT hash FROM engine.journal ORDER BY seq");
    assert.deepEqual(
      rows.map(({ hash }) => hash.toString("hex")),
      [first.toString("hex"), second.toString("hex")],
    );
  });

  it("keeps the limits that it was begun with", async () => {
    await close(await open(DEPLOYMENT, { maxOpen: 7 }));
    const journal = await open(DEPLOYMENT, { maxOpen: 8 });
    assert.deepEqual(journal.limits, { maxOpen: 7 });
  });
});
