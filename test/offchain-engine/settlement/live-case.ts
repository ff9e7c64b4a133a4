import assert from "node:assert/strict";
import type { Hex } from "viem";
import type { ChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import type { BatchStore } from "../../../offchain-engine/settlement/batch-store.ts";
import type { StartPipelineParameters } from "../../../offchain-engine/settlement/pipeline.ts";
import type { Settlement } from "../../../offchain-engine/settlement/settlement.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { eventually } from "../chain/eventually.ts";
import type { ExchangeWorld } from "./exchange-world.ts";
import { settleLive, watch } from "./live-settlement.ts";
import { createMemoryBatchStore } from "./memory-batch-store.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

/** One test of live settlement: an engine with its watcher on a world that is put back at the end. */
export interface LiveCase {
  engine: TestEngine;
  store: BatchStore;
  watcher: ChainWatcher;
  settle(changes?: Partial<StartPipelineParameters>): Settlement;
  /** Trader 0 sells `lots` YES to trader 1. */
  trade(lots?: number): Promise<void>;
  settled(batchId: number): Promise<unknown>;
  halted(settlement: Settlement): Promise<unknown>;
  yesLots(trader: number): Promise<bigint>;
  lastBatchId(): Promise<bigint>;
  /** Transactions that wait to be mined. */
  pending(): Promise<{ hash: Hex; nonce: Hex; input: Hex; maxFeePerGas: Hex }[]>;
  end(): Promise<void>;
}

export async function beginLiveCase(world: ExchangeWorld): Promise<LiveCase> {
  const { chain, client, deployment, traders } = world;
  const at = { address: deployment.exchange, abi: exchangeAbi } as const;
  const snapshot = await chain.rpc("evm_snapshot");
  const engine = createTestEngine(deployment);
  const store = createMemoryBatchStore();
  const running: Settlement[] = [];
  const live: LiveCase = {
    engine,
    store,
    watcher: watch(world, engine),
    settle(changes = {}) {
      const settlement = settleLive(world, engine, store, changes);
      running.push(settlement);
      return settlement;
    },
    async trade(lots = 100) {
      const [seller, buyer] = traders;
      assert.ok(seller && buyer);
      const order = { outcome: 1, side: 1, price: 400, quantity: lots } as const;
      await engine.place(seller, order);
      const fills = await engine.place(buyer, { ...order, side: 0 });
      assert.equal(fills.length, 1);
    },
    settled: (batchId) =>
      eventually(`batch ${batchId} settles`, () => engine.core.status.lastBatchId === batchId),
    halted: (settlement) =>
      eventually("settlement halts", () => settlement.status().state === "halted"),
    async yesLots(trader) {
      const args = [traders[trader]?.address as Hex, 1n] as const;
      const [lots] = await client.readContract({ ...at, functionName: "sharesOf", args });
      return lots;
    },
    lastBatchId: () => client.readContract({ ...at, functionName: "lastBatchId" }),
    pending: () => chain.rpc("eth_pendingTransactions"),
    async end() {
      await live.watcher.stop();
      for (const settlement of running) await settlement.stop();
      await chain.rpc("evm_setAutomine", true);
      await chain.rpc("evm_revert", snapshot);
    },
  };
  const head = Number(await chain.rpc("eth_blockNumber"));
  await eventually("the engine has read the chain", () => live.watcher.head() >= head);
  return live;
}
