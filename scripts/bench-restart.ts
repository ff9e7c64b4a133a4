/**
 * How long a restart takes: builds a state of many open orders by real commands, journalled and in the tables,
 * takes a snapshot as the engine does, and restores it in a new process; then once more with commands behind
 * the snapshot. The last line is JSON. `node scripts/bench-restart.ts [--orders 1000000] [--tail 50000]`
 */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { createSnapshotMetrics } from "../offchain-engine/snapshot/metrics.ts";
import { createSnapshotTaker } from "../offchain-engine/snapshot/snapshot-taker.ts";
import { startSnapshotThread } from "../offchain-engine/snapshot/snapshot-thread.ts";
import { createLog } from "../platform/log.ts";
import { startEmbeddedPostgres } from "../platform/postgres/embedded.ts";
import type { Command } from "../protocol/engine/command.ts";
import { DEPLOYMENT } from "../test/offchain-engine/journal/fixtures.ts";
import { OrderStream, openingBlock } from "./bench-restart/order-stream.ts";
import { type RestoredState, restoreState } from "./bench-restart/restore-state.ts";
import { migrateDatabase } from "./migrate.ts";

const RESTART = fileURLToPath(new URL("./bench-restart/restart-once.ts", import.meta.url));
const GROUP = 1_000;
const RESTARTS = 3;

interface Restart {
  modulesMs: number;
  readyMs: number;
  seq: number;
  snapshotSeq: number;
  stateHash: string;
  rssMb: number;
  /** From the spawn of the process to a state that answers. */
  restartMs: number;
}

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "1000000" },
    tail: { type: "string", default: "50000" },
  },
});
const orders = Number(values.orders);
const tail = Number(values.tail);

const say = (text: string) => process.stderr.write(`${text}\n`);
const median = (figures: number[]) => figures.sort((a, b) => a - b)[figures.length >> 1] as number;
const stream = new OrderStream();

/** Applies commands and makes them durable, a group at a time, as the sequencer does. */
async function run(state: RestoredState, commands: readonly Command[]): Promise<void> {
  const { core, journal, projector } = state;
  const entries = commands.map((command) => journal.prepare(Date.now(), command));
  const changes = entries.map(({ seq, timeMs }, i) => {
    const applied = core.apply({ seq, timeMs, command: commands[i] as Command });
    assert.ok(applied.verdict?.ok ?? true, JSON.stringify(applied.verdict));
    return applied.changes;
  });
  await journal.commit(entries);
  for (const [i, { seq }] of entries.entries()) {
    projector.add(seq, changes[i] as (typeof changes)[number]);
  }
  if (projector.isBehind()) await projector.reached(core.seq);
}

async function fill(state: RestoredState, isDone: () => boolean): Promise<void> {
  while (!isDone())
    await run(
      state,
      Array.from({ length: GROUP }, () => stream.next()),
    );
  await state.projector.reached(state.core.seq);
}

/** Takes one snapshot as the engine does; how long it stood still, and how long the writing took. */
async function snapshot(state: RestoredState, taker: ReturnType<typeof createTaker>) {
  const command = stream.next();
  const entry = state.journal.prepare(Date.now(), command);
  const { changes } = state.core.apply({ seq: entry.seq, timeMs: entry.timeMs, command });
  const startedMs = performance.now();
  const whenDurable = taker.applied(entry);
  const pauseMs = performance.now() - startedMs;
  assert.ok(whenDurable);
  await state.journal.commit([entry]);
  state.projector.add(entry.seq, changes);
  await state.projector.reached(entry.seq);
  const writingMs = performance.now();
  whenDurable();
  await taker.idle();
  return { pauseMs, writeMs: performance.now() - writingMs };
}

function createTaker({ core, journal, projector, log, metrics }: RestoredState) {
  return createSnapshotTaker({
    chainId: DEPLOYMENT.chainId,
    limits: journal.limits,
    core,
    every: 1,
    lastSeq: 0,
    projector,
    start: (taken) => startSnapshotThread(databaseUrl, taken),
    log,
    metrics: createSnapshotMetrics(metrics),
  });
}

async function restart(expectedHash: string): Promise<Restart> {
  const startedMs = performance.now();
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [RESTART], { env });
  const said = JSON.parse(stdout) as Omit<Restart, "restartMs">;
  assert.equal(said.stateHash, expectedHash, "the restart comes to the same state");
  // What follows readiness in the child (its report, its end) is not the restart's.
  const spawnMs = performance.now() - startedMs;
  return { ...said, restartMs: Math.min(said.readyMs, spawnMs) };
}

const folder = await mkdtemp(join(tmpdir(), "agon-bench-"));
const log = createLog({ service: "bench", level: "error" });
const server = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log });
const { databaseUrl } = server;
try {
  await migrateDatabase({ databaseUrl });
  const state = await restoreState(databaseUrl);
  await run(state, [openingBlock(Date.now())]);
  const builtMs = performance.now();
  const open = () => state.core.openOrders;
  await fill(state, () => open() >= orders);
  say(
    `${open()} open orders after ${state.core.seq} commands, ${Math.round((performance.now() - builtMs) / 1000)} s`,
  );
  const taker = createTaker(state);
  const first = await snapshot(state, taker);
  const again = await snapshot(state, taker);
  say(
    `first snapshot: pause ${first.pauseMs.toFixed(1)} ms, written in ${Math.round(first.writeMs)} ms`,
  );
  const sizes = await state.metrics.registry.getSingleMetric("agon_engine_snapshot_bytes")?.get();
  const snapshotHash = state.core.stateHash();
  const openOrders = open();
  await state.close();
  const restarts: Restart[] = [];
  for (let i = 0; i < RESTARTS; i++) restarts.push(await restart(snapshotHash));
  for (const one of restarts) say(JSON.stringify(one));
  const restartMs = median(restarts.map((one) => one.restartMs));

  const more = await restoreState(databaseUrl);
  const target = more.core.seq + tail;
  await fill(more, () => more.core.seq >= target);
  const tailHash = more.core.stateHash();
  await more.close();
  const withTail = await restart(tailHash);
  say(JSON.stringify(withTail));
  const replayed = withTail.seq - withTail.snapshotSeq;
  const replayMs = Math.max(1, withTail.restartMs - restartMs);
  const [cpu] = cpus();
  say(
    `${cpu?.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const figures = {
    orders: openOrders,
    snapshot_bytes: sizes?.values[0]?.value ?? 0,
    snapshot_pause_ms: Number(again.pauseMs.toFixed(1)),
    snapshot_first_pause_ms: Number(first.pauseMs.toFixed(1)),
    snapshot_write_ms: Math.round(again.writeMs),
    restart_ms: Math.round(restartMs),
    restart_with_tail_ms: Math.round(withTail.restartMs),
    replay_per_s: Math.round((replayed * 1_000) / replayMs),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
