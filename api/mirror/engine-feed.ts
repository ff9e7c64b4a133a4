import type { BusSubscription } from "../../platform/bus/bus.ts";
import type { Log } from "../../platform/log.ts";
import type { EngineEvent, EventBatch } from "../../protocol/engine/event.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import type { ExchangeMirror } from "./exchange-mirror.ts";

/** Who wants to hear what the mirror took in. */
export interface FeedListener {
  /** New events of one command, after the mirror has them. */
  applied(events: readonly EngineEvent[], seq: number): void;
  /** The mirror was set anew from a snapshot: whoever follows a stream must start over. */
  reset(): void;
}

export interface EngineFeed {
  /** Resolves once the first snapshot is in the mirror, or the feed was stopped. */
  ready: Promise<void>;
  listen(listener: FeedListener): void;
  stop(): Promise<void>;
}

const RETRY_MS = 200;
/** Batches before the snapshot that are asked for again, as far as the bus still has them. */
const RECALLED_BATCHES = 2_000;

/**
 * Keeps the mirror in step with the engine: a snapshot, then every batch after it. A hole or a wrong
 * checksum leads to a new snapshot, asked for until the engine answers. Some batches before the snapshot are
 * taken again: what they tell the public is known, but listeners learn from them what accounts were told, so
 * that a client of another process, or of this one before it restarted, may resume here.
 */
export function startEngineFeed(deps: {
  engine: EngineClient;
  mirror: ExchangeMirror;
  /** The latest trades on record, to start the mirror's lists of them. */
  readTrades: () => Promise<{ fills: FillView[]; isCurrent: boolean }>;
  log: Log;
  onResync?: () => void;
}): EngineFeed {
  const { engine, mirror, log } = deps;
  const listeners = new Set<FeedListener>();
  const ready = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let isStopped = false;
  let subscription: BusSubscription | null = null;
  let syncing: Promise<void> | null = null;
  /** The snapshot includes all up to here. */
  let snapshotSeq = 0;
  /** The last batch that came. */
  let takenSeq = 0;

  function take(batch: EventBatch): void {
    if (syncing) return; // the snapshot that is on its way includes it, or the bus delivers it again
    takenSeq = batch.seq;
    const outcome = mirror.apply(batch);
    if (typeof outcome === "string") {
      if (batch.seq <= snapshotSeq) return; // of a market that a reorganisation has undone since
      resync(`${outcome} at ${batch.seq}`);
      return;
    }
    if (outcome.length === 0) return;
    for (const listener of listeners) listener.applied(outcome, batch.seq);
  }

  async function trySync(): Promise<boolean> {
    try {
      await subscription?.close();
      const snapshot = await engine.snapshot();
      const { fills, isCurrent } = await deps.readTrades();
      mirror.reset(snapshot, fills, isCurrent);
      for (const listener of listeners) listener.reset();
      snapshotSeq = snapshot.seq;
      takenSeq = Math.max(0, snapshotSeq - RECALLED_BATCHES);
      subscription = await engine.subscribe(take, { after: takenSeq, onGap: afterRecall });
      return true;
    } catch (error) {
      log.debug({ err: error }, "no snapshot of the engine yet");
      return false;
    }
  }

  const onGap = () => resync("a gap on the bus");

  /** The bus does not reach back so far: what follows the snapshot will do. */
  function afterRecall(): void {
    if (takenSeq >= snapshotSeq) {
      onGap();
      return;
    }
    takenSeq = snapshotSeq;
    engine.subscribe(take, { after: snapshotSeq, onGap }).then((later) => {
      subscription = later;
      if (isStopped) void later.close();
    }, onGap);
  }

  async function pause(): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, RETRY_MS);
    await Promise.race([timer.promise, stopped.promise]);
    clearTimeout(handle);
  }

  async function sync(): Promise<void> {
    while (!isStopped && !(await trySync())) await pause();
    syncing = null;
    ready.resolve();
  }

  function resync(reason: string): void {
    if (syncing || isStopped) return;
    log.warn({ reason }, "taking a new snapshot of the engine");
    deps.onResync?.();
    mirror.lose();
    syncing = sync();
  }

  syncing = sync();
  return {
    ready: ready.promise,
    listen: (listener) => void listeners.add(listener),
    async stop() {
      isStopped = true;
      stopped.resolve();
      await syncing;
      await subscription?.close();
    },
  };
}
