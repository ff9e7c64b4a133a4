import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { after, before, beforeEach, describe, it } from "mocha";
import type { Hex } from "viem";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { ChangedRows } from "../../../offchain-engine/projection/changed-rows.ts";
import { openTables, type Tables } from "../../../offchain-engine/projection/tables.ts";
import {
  openTablesSession,
  TablesTakenOverError,
} from "../../../offchain-engine/projection/tables-session.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool, type PoolClient } from "../../../platform/postgres/pool.ts";
import { systemTimers, type Timers } from "../../../platform/timers.ts";
import type { Command } from "../../../protocol/engine/command.ts";
import type { FillView, MarketView, OrderView } from "../../../protocol/engine/view.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { accountOf, openingBlock, placing } from "../journal/fixtures.ts";

const log = createLog({ service: "test", level: "silent" });

function market(marketId: number, status: MarketView["status"]) {
  const rows = new ChangedRows(0);
  const view: MarketView = {
    marketId,
    groupId: null,
    slug: 'rain, "or" {sun}\\',
    question: "Does it rain?",
    rules: "A NUL \u0000 in a text must not stop the engine.",
    category: "weather",
    resolver: accountOf(1),
    closeTime: 1,
    resolveDeadline: 2,
    takerFeeBps: 0,
    priceStep: 1,
    status,
    heldPhase: "open",
    payoutYes: null,
  };
  rows.add(marketId, { orders: [], fills: [], markets: [view] });
  return rows.slices(10);
}

function order(hash: Hex): OrderView {
  const { order } = placing(1, { maker: 1, outcome: 1, price: 500, quantity: 5_000 });
  return {
    hash,
    order,
    clientId: 'mine, "and" {yours}\\',
    status: "partially_filled",
    cancelReason: null,
    filledLots: 1,
    remainingLots: 4_999,
    createdAtMs: 1,
    updatedAtMs: 2,
  };
}

function fill(fillSeq: number, takerHash: Hex, makerHash: Hex): FillView {
  return {
    fillSeq,
    marketId: 1,
    tradeSeq: fillSeq,
    matchKind: "mint",
    takerHash,
    makerHash,
    taker: accountOf(1),
    maker: accountOf(2),
    takerOutcome: 1,
    takerSide: 0,
    makerOutcome: 0,
    makerSide: 0,
    yesPriceTicks: 500,
    quantityLots: 1,
    feeMicro: "0",
    timeMs: 1,
    status: "matched",
    transactionHash: null,
  };
}

describe("tables of the engine", function () {
  this.timeout(30_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let pool: Pool;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-tables-"));
    const dataDir = join(folder, "pg");
    server = await startEmbeddedPostgres({ dataDir, port: 0, log, durable: false });
    await migrateDatabase({ databaseUrl: server.databaseUrl });
    pool = createPool({ databaseUrl: server.databaseUrl, log, applicationName: "agon-test" });
  });

  after(async () => {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await pool.query("TRUNCATE engine.markets, engine.orders, engine.fills");
    await pool.query("UPDATE engine.projection SET seq = 0");
  });

  /** As a pooler has it: who lets go of the client leaves its process to the next one. */
  function handedOut(client: PoolClient) {
    return {
      query: client.query.bind(client),
      on: client.on.bind(client),
      release() {},
    };
  }

  async function stored() {
    const markets = await pool.query("SELECT slug, status FROM engine.markets ORDER BY market_id");
    const { rows } = await pool.query<{ seq: bigint }>("SELECT seq FROM engine.projection");
    return { seq: Number(rows[0]?.seq), markets: markets.rows };
  }

  async function closing(...open: Tables[]): Promise<void> {
    await Promise.all(open.map((tables) => tables.close()));
  }

  it("takes nothing from an engine after another took over", async () => {
    const first = await openTables({ pool, log });
    await first.write(market(1, "open"), 5);
    const second = await openTables({ pool, log });
    assert.equal(second.seq, 5);
    await assert.rejects(first.write(market(1, "void"), 9), /taken over/);
    const { seq, markets } = await stored();
    assert.deepEqual([seq, markets.map(({ status }) => status)], [5, ["open"]]);
    await closing(first, second);
  });

  it("keeps nothing of a transaction of which a part fails", async () => {
    const tables = await openTables({ pool, log });
    const text = () => "INSERT INTO engine.markets (market_id) SELECT NULL FROM mine";
    const broken = { name: "broken", text, values: [] };
    await assert.rejects(tables.write([...market(1, "open"), () => [broken]], 5), {
      code: "23502",
    });
    assert.deepEqual(await stored(), { seq: 0, markets: [] });
    await closing(tables);
  });

  /** The server's process that writes the tables. */
  async function backend(): Promise<number> {
    const { rows } = await pool.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%max(fill_seq)%' AND pid <> pg_backend_pid()",
    );
    assert.equal(rows.length, 1);
    return rows[0]?.pid as number;
  }

  it("are lost for good when another engine took over while their connection was cut", async () => {
    const tables = await openTables({ pool, log });
    const pid = await backend();
    await pool.query("UPDATE engine.projection SET writer = writer + 1");
    await pool.query("SELECT pg_terminate_backend($1)", [pid]);
    assert.ok((await tables.lost) instanceof TablesTakenOverError);
    await assert.rejects(tables.write(market(1, "open"), 5), TablesTakenOverError);
    await closing(tables);
    assert.deepEqual(await stored(), { seq: 0, markets: [] });
  });

  it("are lost when the server has lost what it had written", async () => {
    const tables = await openTables({ pool, log });
    const pid = await backend();
    await tables.write(market(1, "open"), 5);
    await pool.query("UPDATE engine.projection SET seq = 4");
    await pool.query("SELECT pg_terminate_backend($1)", [pid]);
    assert.match((await tables.lost).message, /hold 4, not 5/);
    await closing(tables);
  });

  it("end while a statement of theirs waits in the server, and whoever wrote them", async () => {
    // On a thread of its own: what never comes back to its event loop would take the tests with it.
    const worker = new Worker(new URL("closing-tables.ts", import.meta.url), {
      workerData: { databaseUrl: server.databaseUrl },
    });
    const exit = once(worker, "exit");
    const blocker = await pool.connect();
    let stopTimer = () => {};
    try {
      await once(worker, "message");
      await blocker.query("BEGIN");
      await blocker.query("SELECT seq FROM engine.projection FOR UPDATE");
      worker.postMessage("write");
      const waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
      while ((await pool.query(waits)).rowCount === 0);
      worker.postMessage("close");
      stopTimer = systemTimers.after(10_000, () => void worker.terminate());
      assert.deepEqual(await exit, [0]);
    } finally {
      stopTimer();
      await worker.terminate();
      await blocker.query("ROLLBACK");
      blocker.release();
    }
  });

  it("leave a process alone that has the number of the one they lost", async () => {
    const client = await pool.connect();
    const innocent = await pool.connect();
    const pooler = { connect: async () => handedOut(client) } as unknown as Pool;
    const lost = await openTablesSession(pooler, systemTimers, null);
    const { rows } = await innocent.query("SELECT pg_backend_pid() AS pid");
    const backend = { pid: rows[0].pid, startedAt: String(lost.backend?.startedAt) };
    const next = await openTablesSession(pooler, systemTimers, { ...lost, backend });
    assert.equal((await innocent.query("SELECT 1")).rowCount, 1);
    for (const session of [lost, next]) session.close();
    for (const each of [client, innocent]) each.release();
  });

  it("do not end the process of the one they lost when a pooler gave them the same", async () => {
    const client = await pool.connect();
    const pooler = { connect: async () => handedOut(client) } as unknown as Pool;
    const lost = await openTablesSession(pooler, systemTimers, null);
    const next = await openTablesSession(pooler, systemTimers, lost);
    assert.deepEqual([next.backend, next.writer], [lost.backend, lost.writer + 1]);
    for (const session of [lost, next]) session.close();
    client.release();
  });

  it("take another connection when the database cuts theirs", async () => {
    const tables = await openTables({ pool, log });
    const pid = await backend();
    await tables.write(market(1, "open"), 5);
    await pool.query("SELECT pg_terminate_backend($1)", [pid]);
    await tables.write(market(1, "closed"), 6);
    const { seq, markets } = await stored();
    assert.deepEqual([seq, markets.map(({ status }) => status)], [6, ["closed"]]);
    await closing(tables);
  });

  it("take another connection when theirs is frozen, which writes nothing when it thaws", async () => {
    // Ten times as fast as the clock: a session is given up after ten seconds.
    const timers: Timers = {
      ...systemTimers,
      elapsedMs: () => 10 * systemTimers.elapsedMs(),
      after: (delayMs, callback) => systemTimers.after(delayMs / 10, callback),
    };
    const tables = await openTables({ pool, log, timers });
    const pid = await backend();
    await tables.write(market(1, "open"), 5);
    process.kill(pid, "SIGSTOP");
    try {
      await tables.write(market(1, "closed"), 6);
      await tables.write(market(1, "void"), 7);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    const gone = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE pid = $1";
    while ((await pool.query(gone, [pid])).rows[0].count > 0);
    const { seq, markets } = await stored();
    assert.deepEqual([seq, markets.map(({ status }) => status)], [7, ["void"]]);
    await closing(tables);
  });

  it("keep nothing of a transaction of which a later statement fails", async () => {
    const tables = await openTables({ pool, log });
    const text = () => "INSERT INTO engine.markets (market_id) SELECT NULL FROM mine";
    const broken = { name: "broken", text, values: [] };
    const write = tables.write([...market(1, "open"), () => [broken]], 5);
    await assert.rejects(write, { code: "23502" });
    await closing(tables);
    assert.deepEqual(await stored(), { seq: 0, markets: [] });
  });

  it("take rows of one command beyond a statement's bound, a slice at a time, all at once", async () => {
    const tables = await openTables({ pool, log });
    const rows = new ChangedRows(0);
    const placed = Array.from({ length: 25 }, (_, i) => order(`0x${i + 10}`));
    for (const [i, one] of placed.entries()) {
      rows.add(i + 1, { placed: one.hash, orders: [one], fills: [], markets: [] });
    }
    await tables.write(rows.slices(10), 25);
    const ended = new ChangedRows(0);
    const cancelled = placed.map((one) => ({ ...one, status: "cancelled" as const }));
    ended.add(26, { orders: cancelled, fills: [fill(1, "0x10", "0x11")], markets: [] });
    const slices = ended.slices(10);
    const seen: number[] = [];
    const watched = slices.map((slice) => () => {
      seen.push(seen.length);
      return slice();
    });
    const written = tables.write(watched, 26);
    assert.deepEqual(seen, []);
    await written;
    assert.deepEqual([slices.length, seen], [3, [0, 1, 2]]);
    const found = await pool.query(
      "SELECT status, count(*)::int AS count FROM engine.orders GROUP BY status",
    );
    assert.deepEqual(found.rows, [{ status: "cancelled", count: 25 }]);
    const fills = await pool.query("SELECT fill_seq FROM engine.fills");
    assert.deepEqual(fills.rows, [{ fill_seq: 1n }]);
    assert.equal((await stored()).seq, 26);
    await closing(tables);
  });

  it("take a new order as it stands last, and no second one of its hash", async () => {
    const tables = await openTables({ pool, log });
    const placed = { placed: "0xb1" as const, orders: [order("0xb1")], fills: [], markets: [] };
    const rows = new ChangedRows(0);
    rows.add(7, placed);
    rows.add(8, { ...placed, placed: null, orders: [{ ...order("0xb1"), status: "filled" }] });
    await tables.write(rows.slices(2_000), 8);
    const again = new ChangedRows(0);
    again.add(9, placed);
    await assert.rejects(tables.write(again.slices(10), 9), { code: "23505" });
    const stored = await pool.query("SELECT hash, seq, status FROM engine.orders");
    assert.deepEqual(stored.rows, [{ hash: "0xb1", seq: 7n, status: "filled" }]);
    await closing(tables);
  });

  it("take an order that amends back to one that the engine has forgotten", async () => {
    const tables = await openTables({ pool, log });
    const core = createCore({ chainId: 1, rememberedOrders: 1 });
    const rows = new ChangedRows(0);
    const apply = (command: Command) => {
      const seq = core.seq + 1;
      const { verdict, changes } = core.apply({ seq, timeMs: 1_000_000, command });
      rows.add(seq, changes);
      return verdict;
    };
    const first = placing(1, { maker: 1, outcome: 1, price: 500, quantity: 5_000 });
    const second = placing(2, { maker: 1, outcome: 1, price: 510, quantity: 5_000 });
    const amending = { ...second, order: { ...second.order, nonce: first.order.nonce } };
    apply(openingBlock(3, 1_000_000));
    apply(first);
    apply({ ...amending, replaces: first.hash });
    await tables.write(rows.slices(2_000), core.seq);
    for (const id of [3, 4]) {
      const other = placing(id, { maker: 2, outcome: 1, price: 400, quantity: 100 });
      apply(other);
      apply({ kind: "cancel", maker: other.order.maker, hash: other.hash });
    }
    const later = new ChangedRows(0);
    const back: Command = { ...first, replaces: second.hash };
    const { changes, verdict } = core.apply({
      seq: core.seq + 1,
      timeMs: 1_000_000,
      command: back,
    });
    assert.ok(verdict?.ok && verdict.kind === "place" && !verdict.repeated);
    later.add(core.seq, changes);
    await tables.write(later.slices(10), core.seq);
    const stored = await pool.query("SELECT hash, seq, status FROM engine.orders ORDER BY seq");
    assert.deepEqual(stored.rows, [
      { hash: first.hash, seq: 2n, status: "open" },
      { hash: second.hash, seq: 3n, status: "cancelled" },
    ]);
    await closing(tables);
  });

  it("name the first thousand fills of an order, and tell old fills from new ones", async () => {
    const tables = await openTables({ pool, log });
    const [taker, maker] = [order("0xa1"), order("0xa2")];
    let lastFillSeq = 0;
    async function write(seq: number, fills: FillView[], orders = [taker, maker]) {
      const rows = new ChangedRows(lastFillSeq);
      rows.add(seq, { orders, fills, markets: [] });
      lastFillSeq = rows.lastFillSeq;
      await tables.write(rows.slices(2_000), seq);
    }
    await write(1, []);
    await write(2, [fill(1, "0xa1", "0xa2")]);
    await write(3, [{ ...fill(1, "0xa1", "0xa2"), status: "settled" }], []);
    const more = Array.from({ length: 1_200 }, (_, i) => fill(i + 2, "0xa3", "0xa2"));
    await write(4, more, [maker]);
    await write(5, [fill(1_202, "0xa3", "0xa2")], [maker]);
    const { rows } = await pool.query<{ seq: bigint; client_id: string; fill_seqs: bigint[] }>(
      "SELECT seq, client_id, fill_seqs FROM engine.orders ORDER BY hash",
    );
    assert.deepEqual(rows[0], { seq: 1n, client_id: taker.clientId, fill_seqs: [1n] });
    assert.deepEqual(
      rows[1]?.fill_seqs,
      Array.from({ length: 1_000 }, (_, i) => BigInt(i + 1)),
    );
    const statuses = await pool.query(
      "SELECT status, count(*)::int AS count FROM engine.fills GROUP BY status ORDER BY status",
    );
    assert.deepEqual(statuses.rows, [
      { status: "matched", count: 1_201 },
      { status: "settled", count: 1 },
    ]);
    await closing(tables);
    const reopened = await openTables({ pool, log });
    assert.deepEqual([reopened.seq, reopened.lastFillSeq], [5, 1_202]);
    await closing(reopened);
  });

  it("keep rows, whatever their texts hold, and how far they reach", async () => {
    const tables = await openTables({ pool, log });
    await tables.write(market(1, "open"), 3);
    await tables.write(market(1, "closed"), 4);
    const slug = 'rain, "or" {sun}\\';
    assert.deepEqual(await stored(), { seq: 4, markets: [{ slug, status: "closed" }] });
    await closing(tables);
  });
});
