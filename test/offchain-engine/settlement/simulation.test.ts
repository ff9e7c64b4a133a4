import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { type Hex, keccak256 } from "viem";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { ChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import type { PreparedBatch } from "../../../offchain-engine/settlement/batch-store.ts";
import { createSettlementMetrics } from "../../../offchain-engine/settlement/metrics.ts";
import type { Settlement } from "../../../offchain-engine/settlement/settlement.ts";
import { startSimulation } from "../../../offchain-engine/settlement/simulation.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { SKIP_REASON_MAKER, SkipReason } from "../../../protocol/settlement/skip-reason.ts";
import { eventually } from "../chain/eventually.ts";
import { ADMIN, type ExchangeWorld, ONE_COLLATERAL, startExchangeWorld } from "./exchange-world.ts";
import { FAST_LIMITS, watch } from "./live-settlement.ts";
import { createMemoryBatchStore } from "./memory-batch-store.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const BUY = 0;
const SELL = 1;
const NO = 0;
const YES = 1;

describe("simulated settlement", () => {
  let world: ExchangeWorld;
  let snapshot: unknown;
  let engine: TestEngine;
  let watcher: ChainWatcher;
  let settlement: Settlement;
  let simulated: { batch: PreparedBatch; transactionHash: Hex }[];

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    snapshot = await world.chain.rpc("evm_snapshot");
    engine = createTestEngine(world.deployment);
    watcher = watch(world, engine);
    simulated = [];
    settlement = simulate();
    await readChain();
  });

  afterEach(async () => {
    await settlement.stop();
    await watcher.stop();
    await world.chain.rpc("evm_revert", snapshot);
  });

  function simulate(): Settlement {
    const metrics = createMetrics({ service: "test", processMetrics: false });
    return startSimulation({
      client: createChainClient({ rpcUrl: world.chain.rpcUrl }),
      deployment: world.deployment,
      store: {
        ...createMemoryBatchStore(),
        simulate: async (batch, transactionHash) => {
          simulated.push({ batch, transactionHash });
        },
      },
      source: engine.source,
      mirror: engine.core,
      head: watcher.head,
      submit: engine.submit,
      limits: FAST_LIMITS,
      now: Date.now,
      log: createLog({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" }),
      metrics: createSettlementMetrics(metrics),
    });
  }

  async function readChain(): Promise<void> {
    const head = Number(await world.chain.rpc("eth_blockNumber"));
    await eventually("the engine has read the chain", () => watcher.head() >= head);
  }

  async function allFinal(): Promise<string[]> {
    const statuses = () => engine.fills().map(({ status }) => status);
    await eventually("every fill is final", () => !statuses().includes("matched"));
    return statuses();
  }

  it("settles during a pause what was matched before it", async () => {
    const [a, b] = world.traders;
    assert.ok(a && b);
    await settlement.stop();
    await engine.place(a, { outcome: YES, side: SELL, price: 400, quantity: 100 });
    await engine.place(b, { outcome: YES, side: BUY, price: 400, quantity: 100 });
    await world.send(ADMIN, "pauseTrading", []);
    await readChain();
    settlement = simulate();
    assert.deepEqual(await allFinal(), ["simulated"]);
    await world.send(ADMIN, "resumeTrading", []);
  });

  it("leaves the chain as it was, and gives a fill the hash of its batch's call", async () => {
    const [a, b] = world.traders;
    assert.ok(a && b);
    const { exchange: address } = world.deployment;
    const read = async () => ({
      block: await world.client.getBlockNumber({ cacheTime: 0 }),
      cash: await world.client.readContract({
        address,
        abi: exchangeAbi,
        functionName: "cashOf",
        args: [a.address],
      }),
      lastBatchId: await world.client.readContract({
        address,
        abi: exchangeAbi,
        functionName: "lastBatchId",
      }),
    });
    const before = await read();
    await engine.place(a, { outcome: YES, side: SELL, price: 400, quantity: 100 });
    await engine.place(b, { outcome: YES, side: BUY, price: 400, quantity: 100 });
    assert.deepEqual(await allFinal(), ["simulated"]);
    assert.deepEqual(await read(), before);
    await eventually("the batch is kept", () => simulated.length === 1);
    const hash = keccak256(simulated[0]?.batch.calldata as Hex);
    assert.equal(simulated[0]?.transactionHash, hash);
    assert.equal(engine.fills()[0]?.transactionHash, hash);
  });

  it("lets a later batch see what the earlier ones did: shares, cash, filled quantities, pairs", async () => {
    const [a, b, c, d] = world.traders;
    assert.ok(a && b && c && d);
    // b gets 200 YES from a and resells them all; on the chain it holds only half of them.
    const ask = { outcome: YES, side: SELL, price: 400, quantity: 20_000 } as const;
    await engine.place(a, { ...ask, quantity: 10_000 });
    await engine.place(b, { ...ask, side: BUY, quantity: 10_000 });
    await allFinal();
    await engine.place(b, ask);
    await engine.place(c, { ...ask, side: BUY, quantity: 15_000 });
    await allFinal();
    // The same resting order again: its lane already counts 15,000 lots.
    await engine.place(d, { ...ask, side: BUY, quantity: 5_000 });
    await allFinal();
    // c sells all that it has, against a pair's other half: merges more pairs than a chain without them holds.
    await engine.place(d, { outcome: NO, side: SELL, price: 500, quantity: 10_000 });
    await engine.place(c, { outcome: YES, side: SELL, price: 500, quantity: 10_000 });
    assert.deepEqual(new Set(await allFinal()), new Set(["simulated"]));
    assert.equal(engine.core.status.lastBatchId, 4);
  });

  it("goes on after a restart of the engine's settlement where it was", async () => {
    const [a, b] = world.traders;
    assert.ok(a && b);
    const order = { outcome: YES, side: SELL, price: 400, quantity: 100 } as const;
    await engine.place(a, order);
    await engine.place(b, { ...order, side: BUY });
    await allFinal();
    await settlement.stop();
    settlement = simulate();
    await engine.place(a, order);
    await engine.place(b, { ...order, side: BUY });
    assert.deepEqual(await allFinal(), ["simulated", "simulated"]);
    assert.deepEqual(
      simulated.map(({ batch }) => batch.batchId),
      [1, 2],
    );
  });

  it("reports a fill that the exchange would skip, with its reason, and settles the others", async () => {
    const [a, b, c] = world.traders;
    assert.ok(a && b && c);
    const order = { outcome: YES, side: SELL, price: 400, quantity: 100 } as const;
    await settlement.stop();
    await engine.place(a, order, "forged");
    await engine.place(b, { ...order, side: BUY });
    await engine.place(c, order);
    await engine.place(b, { ...order, side: BUY });
    settlement = simulate();
    assert.deepEqual(await allFinal(), ["skipped", "simulated"]);
    assert.deepEqual(
      engine.journal.flatMap((command) =>
        command.kind === "batch_simulated" ? command.skipped : [],
      ),
      [{ fillIndex: 0, reason: SkipReason.signature_invalid | SKIP_REASON_MAKER }],
    );
    assert.deepEqual(engine.core.audit(), []);
  });

  it("skips what the chain cannot pay since it lost a deposit, and settles what it can", async () => {
    const [a, b, c] = world.traders;
    assert.ok(a && b && c);
    const fork = await world.chain.rpc("evm_snapshot");
    await world.send(b, "deposit", [b.address, 90n * ONE_COLLATERAL]);
    await readChain();
    const dear = { outcome: YES, side: BUY, price: 990 } as const;
    const cheap = { outcome: NO, side: BUY, price: 10 } as const;
    await engine.place(b, { ...dear, quantity: 105_000 });
    await engine.place(a, { ...cheap, quantity: 105_000 });
    assert.deepEqual(await allFinal(), ["simulated"]);
    await settlement.stop();
    await engine.place(b, { ...dear, quantity: 4_000 });
    await engine.place(a, { ...cheap, quantity: 4_000 });
    await world.chain.rpc("evm_revert", fork);
    await world.chain.rpc("hardhat_mine", "0x3");
    await eventually("the deposit is gone", () => {
      return (engine.core.settledAccount(b.address)?.cashMicro ?? 0) < 0;
    });
    settlement = simulate();
    assert.deepEqual(await allFinal(), ["simulated", "skipped"]);
    const order = { outcome: YES, side: SELL, price: 500, quantity: 100 } as const;
    await engine.place(b, order);
    await engine.place(c, { ...order, side: BUY });
    assert.deepEqual(await allFinal(), ["simulated", "skipped", "simulated"]);
    assert.deepEqual(
      engine.journal.flatMap((command) =>
        command.kind === "batch_simulated" ? command.skipped : [],
      ),
      [{ fillIndex: 0, reason: SkipReason.cash_short | SKIP_REASON_MAKER }],
    );
    assert.deepEqual(engine.core.audit(), []);
  });
});
