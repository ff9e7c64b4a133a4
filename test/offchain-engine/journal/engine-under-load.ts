/**
 * A process that restores the engine's state from DATABASE_URL, says what it found, then loads it
 * with orders and takes snapshots until it is killed. One JSON object a line:
 * `{ restored, snapshotSeq, stateHash }` once, then
 * `{ acked, status }` for each order that was acknowledged, `{ stored }` for each snapshot, and now and
 * then `{ seq, stateHash }`.
 * FIRST_ID is the first order's number; STANDBY is `wait` or `refuse`.
 */

import type { CoreVerdict } from "../../../offchain-engine/edge/verdict.ts";
import { restore } from "../../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../../offchain-engine/sequencer/event-publisher.ts";
import { createSequencerMetrics } from "../../../offchain-engine/sequencer/metrics.ts";
import { GroupCommitSequencer } from "../../../offchain-engine/sequencer/sequencer.ts";
import { createSnapshotMetrics } from "../../../offchain-engine/snapshot/metrics.ts";
import { createSnapshotTaker } from "../../../offchain-engine/snapshot/snapshot-taker.ts";
import { startSnapshotThread } from "../../../offchain-engine/snapshot/snapshot-thread.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { createPool } from "../../../platform/postgres/pool.ts";
import { DEPLOYMENT, openingBlock, placing } from "./fixtures.ts";

const ACCOUNTS = 20;
const CLIENTS = 40;
const STATE_EVERY = 100;
const SNAPSHOT_EVERY = 60;

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const log = createLog({ service: "load", level: "silent" });
const pool = createPool({
  databaseUrl: process.env["DATABASE_URL"] ?? "",
  log,
  applicationName: "agon-test-load",
});
const metrics = createMetrics({ service: "load", processMetrics: false });
const publisher = createEventPublisher(() => {});
const restored = await restore({
  pool,
  deployment: DEPLOYMENT,
  limits: { maxUnsettledFills: 1_000_000, maxOpenOrdersPerAccount: 1_000_000 },
  standby: process.env["STANDBY"] === "wait" ? "wait" : "refuse",
  publisher,
  log,
  metrics,
});
const { core } = restored;
say({
  restored: core.seq,
  snapshotSeq: restored.snapshotSeq,
  stateHash: core.stateHash(),
});

const snapshots = createSnapshotTaker({
  chainId: DEPLOYMENT.chainId,
  limits: restored.journal.limits,
  core,
  every: SNAPSHOT_EVERY,
  lastSeq: restored.snapshotSeq,
  projector: restored.projector,
  start(taken) {
    const thread = startSnapshotThread(process.env["DATABASE_URL"] ?? "", taken);
    void thread.written.then(() => say({ stored: taken.seq }));
    return thread;
  },
  log,
  metrics: createSnapshotMetrics(metrics),
});

const sequencer = new GroupCommitSequencer<CoreVerdict>({
  ...restored,
  publish: publisher.publish,
  onApplied: () => {},
  capture: snapshots.applied,
  limits: { maxQueued: 1_000, maxGroup: 64 },
  clock: Date.now,
  metrics: createSequencerMetrics(metrics),
});
if (core.seq === 0) await sequencer.report(openingBlock(ACCOUNTS, Date.now()));

let nextId = Number(process.env["FIRST_ID"] ?? "1");

/** Both sides buy around the middle, so that some orders rest and others mint pairs. */
async function client(): Promise<never> {
  for (;;) {
    const id = nextId++;
    const command = placing(id, {
      maker: id % ACCOUNTS,
      outcome: id % 2 === 0 ? 1 : 0,
      price: 450 + ((id * 7) % 100),
      quantity: 1 + (id % 50),
    });
    const result = await sequencer.submit(command);
    if (result.ok && result.verdict.ok && result.verdict.kind === "place") {
      say({ acked: command.hash, status: result.verdict.order.status });
    }
    if (id % STATE_EVERY === 0) {
      say(await sequencer.read(() => ({ seq: core.seq, stateHash: core.stateHash() })));
    }
  }
}

await Promise.all(Array.from({ length: CLIENTS }, client));
