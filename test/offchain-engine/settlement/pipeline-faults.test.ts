import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import { compareWithChain } from "../../../offchain-engine/reconciler/compare.ts";
import { expectedChain } from "../../../offchain-engine/reconciler/expected-chain.ts";
import { type Settlement, SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { eventually } from "../chain/eventually.ts";
import { type FlakyProxy, startFlakyProxy } from "../chain/flaky-proxy.ts";
import { type ExchangeWorld, startExchangeWorld } from "./exchange-world.ts";
import { FAST_LIMITS, settleLive, watch } from "./live-settlement.ts";
import { createMemoryBatchStore } from "./memory-batch-store.ts";
import { createTestEngine } from "./test-engine.ts";

const TRADES = 30;
const YES = 1;
const KILLED = "killed";
const SEEDS = process.env["FAULT_SEEDS"]?.split(",").map(Number) ?? [1, 2, 3];

/** Numbers in [0, 1) that a seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("settlement pipeline under random faults", () => {
  let world: ExchangeWorld;
  let snapshot: unknown;
  let stops: (() => Promise<void>)[];

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    snapshot = await world.chain.rpc("evm_snapshot");
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
    await world.chain.rpc("evm_revert", snapshot);
  });

  for (const seed of SEEDS) {
    it(`settles every fill exactly once (seed ${seed})`, async () => {
      const random = seeded(seed);
      const proxy: FlakyProxy = await startFlakyProxy(world.chain.rpcUrl, random);
      stops.push(proxy.stop);
      const client = () => createChainClient({ rpcUrl: proxy.url });
      const engine = createTestEngine(world.deployment);
      const watcher = watch(world, engine, client());
      stops.push(watcher.stop);
      const head = Number(await world.chain.rpc("eth_blockNumber"));
      await eventually("the engine has read the chain", () => watcher.head() >= head);

      const durable = createMemoryBatchStore();
      const maybeDie = async (step: () => Promise<void>): Promise<void> => {
        if (random() < 0.05) throw new SettlementHalt(KILLED);
        await step();
        if (random() < 0.05) throw new SettlementHalt(KILLED);
      };
      const start = (): Settlement =>
        settleLive(world, engine, durable, {
          client: client(),
          store: {
            ...durable,
            prepare: (batch) => maybeDie(() => durable.prepare(batch)),
            submit: (batchId, transaction) => maybeDie(() => durable.submit(batchId, transaction)),
            settle: (batchId) => maybeDie(() => durable.settle(batchId)),
          },
          submit: (report) => maybeDie(() => engine.submit(report)),
          limits: { ...FAST_LIMITS, maxFills: 4, stuckAfterMs: 300 },
        });

      let settlement = start();
      stops.push(() => settlement.stop());
      let matched = 0;
      await eventually(
        "every fill settles",
        async () => {
          const { state, sentence } = settlement.status();
          if (state === "halted") {
            assert.equal(sentence, KILLED);
            settlement = start();
          }
          if (matched < TRADES && random() < 0.3) {
            const seller = world.traders[matched % 4];
            const buyer = world.traders[(matched + 1) % 4];
            assert.ok(seller && buyer);
            const order = { outcome: YES, price: 300 + matched, quantity: 10 + matched } as const;
            await engine.place(seller, { ...order, side: 1 });
            await engine.place(buyer, { ...order, side: 0 });
            matched++;
          }
          return matched === TRADES && engine.fills().every(({ status }) => status === "settled");
        },
        45_000,
      );

      assert.equal(engine.fills().length, TRADES);
      const blockNumber = Number(await world.chain.rpc("eth_blockNumber"));
      const differences = await compareWithChain({
        client: createChainClient({ rpcUrl: world.chain.rpcUrl }),
        deployment: world.deployment,
        expected: expectedChain(engine.core),
        blockNumber,
        sample: { start: 0, count: 100 },
        settlesOnChain: true,
      });
      assert.deepEqual(differences, []);
    });
  }
});
