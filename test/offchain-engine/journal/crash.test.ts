import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import type { Hex } from "viem";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import { openJournal } from "../../../offchain-engine/journal/journal.ts";
import { restore } from "../../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../../offchain-engine/sequencer/event-publisher.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { accountOf, DEPLOYMENT } from "./fixtures.ts";

const log = createLog({ service: "test", level: "silent" });
const SCRIPT = fileURLToPath(new URL("./engine-under-load.ts", import.meta.url));

interface Said {
  restored?: number;
  snapshotSeq?: number;
  stored?: number;
  acked?: Hex;
  seq?: number;
  stateHash?: string;
}

/** The engine under load, and all that it has said. */
class LoadProcess {
  readonly said: Said[] = [];
  readonly #child: ChildProcess;
  #onLine: () => void = () => {};

  constructor(databaseUrl: string, firstId: number, standby: "wait" | "refuse" = "wait") {
    this.#child = spawn(process.execPath, [SCRIPT], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        FIRST_ID: String(firstId),
        STANDBY: standby,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = this.#child;
    assert.ok(stdout);
    createInterface({ input: stdout }).on("line", (line) => {
      // The kill may have cut the last one short: then nobody was told.
      if (line.endsWith("}")) this.said.push(JSON.parse(line));
      this.#onLine();
    });
  }

  get acked(): Hex[] {
    return this.said.flatMap(({ acked }) => (acked === undefined ? [] : [acked]));
  }

  get restored(): Said | undefined {
    return this.said.find(({ restored }) => restored !== undefined);
  }

  /** Resolves once `condition` holds, looked at after each line. @throws when the process ends. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.once("exit", () => reject(new Error("the process under load ended")));
      this.#onLine = () => {
        if (condition()) resolve();
      };
      this.#onLine();
    });
  }

  /** `kill -9`, and what was still in the pipe. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await closed;
  }
}

describe("engine killed under load", function () {
  this.timeout(60_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let pool: Pool;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-crash-"));
    server = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log });
    await migrateDatabase({ databaseUrl: server.databaseUrl });
    pool = createPool({ databaseUrl: server.databaseUrl, log, applicationName: "agon-test" });
  });

  after(async () => {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Replays the journal into a fresh core; `hashes` collects the state hash after each command. */
  async function replayed(hashes = new Map<number, string>(), at: Set<number> = new Set()) {
    const journal = await openJournal({
      pool,
      deployment: DEPLOYMENT,
      limits: {},
      standby: "wait",
      log,
    });
    const core = createCore({ chainId: DEPLOYMENT.chainId, ...journal.limits });
    await journal.replay((sequenced) => {
      core.apply(sequenced);
      if (at.has(sequenced.seq)) hashes.set(sequenced.seq, core.stateHash());
    });
    await journal.close();
    return core;
  }

  /** How many commands the tables had not got when the engine was killed. */
  async function tablesBehind(core: Core): Promise<number> {
    const { rows } = await pool.query<{ seq: bigint }>("SELECT seq FROM engine.projection");
    return core.seq - Number(rows[0]?.seq);
  }

  /** As an engine that starts: restores the state, and waits until the tables have it. */
  async function catchUpTables(): Promise<void> {
    const { journal, projector } = await restore({
      pool,
      deployment: DEPLOYMENT,
      limits: {},
      standby: "wait",
      publisher: createEventPublisher(() => {}),
      log,
      metrics: createMetrics({ service: "test", processMetrics: false }),
    });
    await projector.reached(journal.head().seq);
    await projector.close();
    await journal.close();
  }

  async function assertTablesEqual(core: Core, acked: ReadonlySet<Hex>): Promise<void> {
    const orders = await pool.query<{ hash: Hex; status: string; filled: bigint }>(
      "SELECT hash, status, filled_lots AS filled FROM engine.orders",
    );
    const hashes = new Set(orders.rows.map(({ hash }) => hash));
    for (const hash of acked) assert.ok(hashes.has(hash), `order ${hash} has a row`);
    const fills = new Map<number, string>();
    for (const row of orders.rows) {
      const known = core.order(row.hash);
      assert.ok(known);
      assert.deepEqual(
        [row.status, Number(row.filled)],
        [known.order.status, known.order.filledLots],
      );
      for (const fill of known.fills) fills.set(fill.fillSeq, fill.status);
    }
    const { rows } = await pool.query<{ seq: bigint; status: string }>(
      "SELECT fill_seq AS seq, status FROM engine.fills",
    );
    assert.ok(rows.length > 0);
    assert.deepEqual(new Map(rows.map(({ seq, status }) => [Number(seq), status])), fills);
  }

  it("has every acknowledged order, its rows and the same state hash after each restart", async () => {
    const acked = new Set<Hex>();
    let restoredSeq = 0;
    let behind = 0;
    for (const round of [1, 2, 3]) {
      const load = new LoadProcess(server.databaseUrl, round * 1_000_000);
      const hasStored = () => load.said.some(({ stored }) => stored !== undefined);
      await load.until(() => load.acked.length >= 300 + round * 137 && hasStored());
      await load.kill();
      for (const hash of load.acked) acked.add(hash);

      const claimed = load.said.filter(({ seq }) => seq !== undefined);
      const hashes = new Map<number, string>();
      const core = await replayed(hashes, new Set(claimed.map(({ seq }) => seq as number)));
      for (const hash of acked) assert.ok(core.order(hash), `order ${hash} survived`);
      assert.ok(claimed.length > 0);
      for (const { seq, stateHash } of claimed) {
        assert.equal(hashes.get(seq as number), stateHash);
      }
      assert.equal(load.restored?.restored, restoredSeq);
      assert.equal((load.restored.snapshotSeq as number) > 0, round > 1);
      assert.ok(core.seq > restoredSeq);
      restoredSeq = core.seq;
      assert.deepEqual(core.audit(), []);
      behind += await tablesBehind(core);
      await catchUpTables();
      await assertTablesEqual(core, acked);
    }
    assert.ok(behind > 0, "the engine was killed between the journal and the tables");
  });

  it("hands over to a standby when it is killed", async () => {
    const first = new LoadProcess(server.databaseUrl, 11_000_000);
    await first.until(() => first.acked.length >= 100);
    const standby = new LoadProcess(server.databaseUrl, 12_000_000);
    await first.until(() => first.acked.length >= 400);
    assert.equal(standby.restored, undefined);
    await first.kill();
    await standby.until(() => standby.acked.length >= 100);
    await standby.kill();
    const core = await replayed();
    for (const hash of [...first.acked, ...standby.acked]) assert.ok(core.order(hash));
    assert.ok(core.account(accountOf(1)).openOrders.length > 0);
  });
});
