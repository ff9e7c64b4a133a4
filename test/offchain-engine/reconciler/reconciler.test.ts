import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { ChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import {
  type ExpectedChain,
  expectedChain,
} from "../../../offchain-engine/reconciler/expected-chain.ts";
import {
  type Reconciler,
  type StartReconcilerParameters,
  startReconciler,
} from "../../../offchain-engine/reconciler/reconciler.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, startExchangeWorld } from "../settlement/exchange-world.ts";
import { settleLive, watch } from "../settlement/live-settlement.ts";
import { createMemoryBatchStore } from "../settlement/memory-batch-store.ts";
import { createTestEngine, type TestEngine } from "../settlement/test-engine.ts";

const YES = 1;
const NEVER_MS = 1_000_000;

describe("reconciler", () => {
  let world: ExchangeWorld;
  let engine: TestEngine;
  let watcher: ChainWatcher;
  let reconciler: Reconciler | null;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    reconciler = null;
    engine = createTestEngine(world.deployment);
    watcher = watch(world, engine);
    const head = Number(await world.chain.rpc("eth_blockNumber"));
    await eventually("the engine has read the chain", () => watcher.head() >= head);
  });

  afterEach(async () => {
    await reconciler?.stop();
    await watcher.stop();
  });

  function start(changes: Partial<StartReconcilerParameters> = {}): Reconciler {
    reconciler = startReconciler({
      client: createChainClient({ rpcUrl: world.chain.rpcUrl }),
      deployment: world.deployment,
      expected: () => expectedChain(engine.core),
      head: watcher.head,
      settlesOnChain: true,
      intervalMs: NEVER_MS,
      sampleSize: 100,
      now: Date.now,
      log: createLog({ service: "test", level: "silent" }),
      metrics: createMetrics({ service: "test", processMetrics: false }),
      ...changes,
    });
    return reconciler;
  }

  /** The engine's expectation with one thing of it changed. */
  function wrong(change: (expected: ExpectedChain) => Partial<ExpectedChain>) {
    return () => {
      const expected = expectedChain(engine.core);
      return { ...expected, ...change(expected) };
    };
  }

  it("says what an account's cash is on both sides when they differ", async () => {
    const expected = wrong(({ cash }) => ({
      cash: cash.map((entry, i) =>
        i === 0 ? { ...entry, cashMicro: entry.cashMicro + 7n } : entry,
      ),
    }));
    const { ok, differences } = await start({ expected }).check();
    assert.equal(ok, false);
    assert.ok(differences.some((sentence) => sentence.includes("1000000007")));
  });

  it("says what an account's shares are on both sides when they differ", async () => {
    const expected = wrong(({ shares }) => ({
      shares: shares.map((entry, i) => (i === 0 ? { ...entry, noLots: 1n } : entry)),
    }));
    const { differences } = await start({ expected }).check();
    assert.equal(differences.length, 1);
    assert.ok(differences[0]?.includes("10000 NO"));
  });

  it("says when the chain has another last batch, unless settlement is simulated", async () => {
    const expected = wrong(() => ({ lastBatchId: 5 }));
    assert.equal((await start({ expected }).check()).ok, false);
    await reconciler?.stop();
    assert.equal((await start({ expected, settlesOnChain: false }).check()).ok, true);
  });

  it("goes through all accounts by samples", async () => {
    const expected = wrong(({ cash }) => ({
      // The total stays as it is, so that only the accounts themselves differ.
      cash: cash.map((entry, i) => {
        const change = [0n, 0n, 5n, -5n][i] ?? 0n;
        return { ...entry, cashMicro: entry.cashMicro + change };
      }),
    }));
    const sampled = start({ expected, sampleSize: 1, intervalMs: 1 });
    await eventually("a sample hits", () => sampled.last()?.ok === false);
    await eventually("a sample misses", () => sampled.last()?.ok === true);
  });

  it("finds nothing when engine and chain agree, before a trade, while it settles and after", async () => {
    const running = start();
    assert.deepEqual((await running.check()).differences, []);
    const [a, b] = world.traders;
    assert.ok(a && b);
    await engine.place(a, { outcome: YES, side: 1, price: 400, quantity: 100 });
    await engine.place(b, { outcome: YES, side: 0, price: 400, quantity: 100 });
    assert.deepEqual((await running.check()).differences, []);
    const settlement = settleLive(world, engine, createMemoryBatchStore());
    await eventually("the trade settles", () => engine.core.status.lastBatchId === 1);
    await settlement.stop();
    assert.deepEqual((await running.check()).differences, []);
    assert.equal(running.last()?.ok, true);
  });
});
