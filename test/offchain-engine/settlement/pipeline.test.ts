import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { type Hex, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { ChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import type { BatchStore } from "../../../offchain-engine/settlement/batch-store.ts";
import { createSettlementMetrics } from "../../../offchain-engine/settlement/metrics.ts";
import { createOperator } from "../../../offchain-engine/settlement/operator.ts";
import type { StartPipelineParameters } from "../../../offchain-engine/settlement/pipeline.ts";
import type { Settlement } from "../../../offchain-engine/settlement/settlement.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { type CuttableProxy, startCuttableProxy } from "../chain/cuttable-proxy.ts";
import { eventually } from "../chain/eventually.ts";
import { ADMIN, type ExchangeWorld, OPERATOR_KEY, startExchangeWorld } from "./exchange-world.ts";
import { FAST_LIMITS, settleLive, watch } from "./live-settlement.ts";
import { createMemoryBatchStore } from "./memory-batch-store.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const BUY = 0;
const SELL = 1;
const NO = 0;
const YES = 1;

describe("settlement pipeline", () => {
  let world: ExchangeWorld;
  let snapshot: unknown;
  let engine: TestEngine;
  let watcher: ChainWatcher;
  let store: BatchStore;
  let running: Settlement[];

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    snapshot = await world.chain.rpc("evm_snapshot");
    engine = createTestEngine(world.deployment);
    watcher = watch(world, engine);
    store = createMemoryBatchStore();
    running = [];
    const head = Number(await world.chain.rpc("eth_blockNumber"));
    await eventually("the engine has read the chain", () => watcher.head() >= head);
  });

  afterEach(async () => {
    await watcher.stop();
    for (const settlement of running) await settlement.stop();
    await world.chain.rpc("evm_setAutomine", true);
    await world.chain.rpc("evm_revert", snapshot);
  });

  function settle(changes: Partial<StartPipelineParameters> = {}): Settlement {
    const settlement = settleLive(world, engine, store, changes);
    running.push(settlement);
    return settlement;
  }

  /** One trade of `lots` YES between two traders at `price`. */
  async function trade(lots = 100, price = 400, seller = 0, buyer = 1): Promise<void> {
    const [ask, bid] = [world.traders[seller], world.traders[buyer]];
    assert.ok(ask && bid);
    await engine.place(ask, { outcome: YES, side: SELL, price, quantity: lots });
    const fills = await engine.place(bid, { outcome: YES, side: BUY, price, quantity: lots });
    assert.equal(fills.length, 1);
  }

  function settled(batchId: number): Promise<unknown> {
    return eventually(`batch ${batchId} settles`, () => engine.core.status.lastBatchId === batchId);
  }

  function halted(settlement: Settlement): Promise<unknown> {
    return eventually("settlement halts", () => settlement.status().state === "halted");
  }

  async function yesLots(trader: number): Promise<bigint> {
    const [lots] = await world.client.readContract({
      address: world.deployment.exchange,
      abi: exchangeAbi,
      functionName: "sharesOf",
      args: [world.traders[trader]?.address as Hex, 1n],
    });
    return lots;
  }

  function lastBatchId(): Promise<bigint> {
    const { exchange: address } = world.deployment;
    return world.client.readContract({ address, abi: exchangeAbi, functionName: "lastBatchId" });
  }

  /** Transactions that wait to be mined. */
  function pending(): Promise<{ hash: Hex; nonce: Hex; input: Hex; maxFeePerGas: Hex }[]> {
    return world.chain.rpc("eth_pendingTransactions");
  }

  describe("refuses to begin", () => {
    it("with a key that is not the operator's", async () => {
      const chainId = world.deployment.chainId;
      const operator = createOperator({ privateKey: `0x${"5".repeat(64)}`, chainId });
      await trade();
      await halted(settle({ operator }));
      assert.equal(await lastBatchId(), 0n);
    });

    it("on a chain that was reset", async () => {
      const deployment = { ...world.deployment, deployBlockHash: `0x${"00".repeat(32)}` as const };
      await halted(settle({ deployment }));
    });

    it("with a batch missing from the database", async () => {
      const batch = { firstFillSeq: 1, lastFillSeq: 1, calldata: "0x", journalSeq: 1 } as const;
      const journalHash = `0x${"00".repeat(32)}` as const;
      await store.prepare({ ...batch, journalHash, batchId: 2 });
      await halted(settle());
    });
  });

  it("halts without sending when the exchange refuses the batch for good, and says why", async () => {
    const settlement = settle();
    await trade();
    await settled(1);
    await world.send(ADMIN, "setOperator", [ADMIN.address]);
    const address = DEV_ACCOUNTS.operator.address;
    const sent = await world.client.getTransactionCount({ address });
    await trade();
    await halted(settlement);
    assert.match(settlement.status().sentence ?? "", /NotOperator/);
    assert.equal(await world.client.getTransactionCount({ address }), sent);
  });

  it("waits while the exchange is paused, and goes on by itself", async () => {
    await world.send(ADMIN, "pauseTrading", []);
    const settlement = settle();
    // Matched before the pause was seen: this is what settlement meets.
    await trade();
    await eventually("it waits", () => settlement.status().state === "waiting");
    assert.equal(await lastBatchId(), 0n);
    await world.send(ADMIN, "resumeTrading", []);
    await settled(1);
    assert.equal(settlement.status().state, "running");
  });

  it("settles all four kinds of match, each account ending with what the engine says", async () => {
    const [a, b, c, d] = world.traders;
    assert.ok(a && b && c && d);
    await engine.place(a, { outcome: YES, side: SELL, price: 600, quantity: 100 });
    await engine.place(b, { outcome: YES, side: BUY, price: 600, quantity: 100 });
    await engine.place(c, { outcome: NO, side: SELL, price: 300, quantity: 200 });
    await engine.place(d, { outcome: NO, side: BUY, price: 300, quantity: 200 });
    await engine.place(a, { outcome: YES, side: BUY, price: 550, quantity: 300 });
    await engine.place(c, { outcome: NO, side: BUY, price: 450, quantity: 300 });
    await engine.place(b, { outcome: YES, side: SELL, price: 500, quantity: 400 });
    await engine.place(d, { outcome: NO, side: SELL, price: 500, quantity: 400 });
    assert.deepEqual(
      engine.fills().map(({ matchKind }) => matchKind),
      ["transfer_yes", "transfer_no", "mint", "merge"],
    );
    settle();
    await settled(1);
    assert.deepEqual(new Set(engine.fills().map(({ status }) => status)), new Set(["settled"]));
    for (const { account, cashMicro, holdings } of engine.core.settledAccounts()) {
      const { exchange: address } = world.deployment;
      const cash = { address, abi: exchangeAbi, functionName: "cashOf", args: [account] } as const;
      assert.equal(await world.client.readContract(cash), BigInt(cashMicro));
      for (const { marketId, yesLots: yes, noLots: no } of holdings) {
        const shares = await world.client.readContract({
          address,
          abi: exchangeAbi,
          functionName: "sharesOf",
          args: [account, BigInt(marketId)],
        });
        assert.deepEqual(shares, [BigInt(yes), BigInt(no)]);
      }
    }
  });

  it("reports a batch to the engine before its settlement can arrive, with the transaction that settles it", async () => {
    await trade();
    settle();
    await settled(1);
    const [report] = engine.submitted();
    assert.equal(report?.firstFillSeq, 1);
    assert.equal(report.lastFillSeq, 1);
    assert.equal(engine.fills()[0]?.transactionHash, report.transactionHash);
    const receipt = await world.client.getTransactionReceipt({ hash: report.transactionHash });
    assert.equal(receipt.status, "success");
  });

  it("counts a fill that the exchange skips, and settles the others of its batch", async () => {
    const [a, b] = world.traders;
    assert.ok(a && b);
    const order = { outcome: YES, side: SELL, price: 400, quantity: 100 } as const;
    await engine.place(a, order, "forged");
    await engine.place(b, { ...order, side: BUY });
    await trade(30);
    const metrics = createSettlementMetrics(createMetrics({ service: "t", processMetrics: false }));
    settle({ metrics });
    await settled(1);
    assert.deepEqual(
      engine.fills().map(({ status }) => status),
      ["skipped", "settled"],
    );
    assert.equal(await yesLots(1), 10_030n);
    await eventually("it is counted", async () => {
      const { values } = await metrics.skippedFills.get();
      return values[0]?.value === 1;
    });
  });

  it("keeps several batches in flight, in order, and no more than it may", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    for (let i = 0; i < 5; i++) await trade(10);
    settle({ limits: { ...FAST_LIMITS, maxFills: 1, maxInFlight: 3 } });
    await eventually("three are pending", async () => (await pending()).length === 3);
    assert.equal((await store.open()).length, 3);
    await eventually("all are mined", async () => {
      await world.chain.rpc("evm_mine");
      return engine.core.status.lastBatchId === 5;
    });
    assert.equal(await yesLots(1), 10_050n);
  });

  describe("killed", () => {
    /** Settlement that dies where `kill` throws, and another that is started after it. */
    async function dieAndRestart(
      kill: (die: () => never) => Partial<StartPipelineParameters>,
      batches = 2n,
    ) {
      await trade();
      const settlement = settle(
        kill(() => {
          throw new Error("killed");
        }),
      );
      await halted(settlement);
      await trade(50);
      settle();
      const all = () => engine.fills().every(({ status }) => status === "settled");
      await eventually("every fill settles", all);
      assert.equal(await yesLots(0), 9_850n);
      assert.equal(await yesLots(1), 10_150n);
      assert.equal(await lastBatchId(), batches);
      await eventually("no batch stays open", async () => (await store.open()).length === 0);
    }

    it("before a batch is durable, settles both trades once after a restart", () =>
      dieAndRestart((die) => ({ store: { ...store, prepare: die } }), 1n));

    it("after a batch is durable, settles it once after a restart", () =>
      dieAndRestart((die) => ({
        store: {
          ...store,
          prepare: async (batch) => {
            await store.prepare(batch);
            die();
          },
        },
      })));

    it("after the transaction is durable, settles it once after a restart", () =>
      dieAndRestart((die) => ({
        store: {
          ...store,
          submit: async (batchId, transaction) => {
            await store.submit(batchId, transaction);
            die();
          },
        },
      })));

    it("after the report, before the transaction is sent, settles it once after a restart", () =>
      dieAndRestart((die) => ({
        submit: async (report) => {
          await engine.submit(report);
          die();
        },
      })));

    it("after the transaction was sent, settles it once after a restart", () =>
      dieAndRestart((die) => {
        const client = createChainClient({ rpcUrl: world.chain.rpcUrl });
        const request = (async (call: { method: string }) => {
          const result = await client.request(call as never);
          if (call.method === "eth_sendRawTransaction") die();
          return result;
        }) as typeof client.request;
        return { client: { ...client, request } };
      }));

    it("after the batch was mined, before that is durable, settles it once after a restart", () =>
      dieAndRestart((die) => ({ store: { ...store, settle: die } })));
  });

  it("takes up the transaction of a killed run that still waits to be mined", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await trade();
    const first = settle();
    await eventually("it is pending", async () => (await pending()).length === 1);
    await first.stop();
    settle();
    await eventually("it is mined", async () => {
      await world.chain.rpc("evm_mine");
      return engine.core.status.lastBatchId === 1;
    });
    assert.equal(engine.submitted().length, 1);
  });

  it("sends a dropped transaction again", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await trade();
    settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 100 } });
    const first = await eventually("it is pending", async () => (await pending())[0]);
    await world.chain.rpc("hardhat_dropTransaction", first.hash);
    await eventually("it is pending again", async () => (await pending()).length === 1);
    await world.chain.rpc("evm_mine");
    await settled(1);
  });

  it("replaces a stuck transaction by one with the same calldata, the same nonce and a higher fee", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await trade();
    settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 100 } });
    const first = await eventually("it is pending", async () => (await pending())[0]);
    const second = await eventually("another is pending", async () =>
      (await pending()).find(({ hash }) => hash !== first.hash),
    );
    assert.equal(second.nonce, first.nonce);
    assert.equal(keccak256(second.input), keccak256(first.input));
    assert.ok(BigInt(second.maxFeePerGas) > BigInt(first.maxFeePerGas));
    await world.chain.rpc("evm_setAutomine", true);
    await world.chain.rpc("evm_mine");
    await settled(1);
    assert.equal(await lastBatchId(), 1n);
  });

  it("stays below the highest fee allowed", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await trade();
    const maxFeePerGas = 20n * 10n ** 9n;
    const settlement = settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 20, maxFeePerGas } });
    await eventually("it says so", () => settlement.status().state === "waiting");
    const [last] = await pending();
    assert.ok(BigInt(last?.maxFeePerGas as Hex) <= maxFeePerGas);
    await world.chain.rpc("evm_mine");
    await settled(1);
  });

  it("recovers when the operator's nonce was used elsewhere", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await trade();
    settle();
    const first = await eventually("it is pending", async () => (await pending())[0]);
    await world.chain.rpc("hardhat_dropTransaction", first.hash);
    const operator = privateKeyToAccount(OPERATOR_KEY);
    const raw = await operator.signTransaction({
      type: "eip1559",
      chainId: world.deployment.chainId,
      to: operator.address,
      nonce: Number(first.nonce),
      gas: 21_000n,
      maxFeePerGas: BigInt(first.maxFeePerGas) * 4n,
      maxPriorityFeePerGas: 10n ** 9n,
    });
    await world.chain.rpc("eth_sendRawTransaction", raw);
    await world.chain.rpc("evm_mine");
    await eventually("it is mined with another nonce", async () => {
      await world.chain.rpc("evm_mine");
      return engine.core.status.lastBatchId === 1;
    });
  });

  it("sends a batch again that a reorganisation took back before the engine saw it", async () => {
    await watcher.stop();
    const fork = await world.chain.rpc("evm_snapshot");
    await trade();
    settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 200 } });
    await eventually("it is mined", async () => (await lastBatchId()) === 1n);
    await world.chain.rpc("evm_revert", fork);
    await eventually("it is mined again", async () => (await lastBatchId()) === 1n);
    watcher = watch(world, engine);
    await settled(1);
    assert.equal(await yesLots(1), 10_100n);
  });

  describe("behind a connection that fails", () => {
    let proxy: CuttableProxy;

    before(async () => {
      proxy = await startCuttableProxy(world.chain.port);
    });
    after(() => proxy.stop());

    it("settles what was matched meanwhile when the chain answers again", async () => {
      const client = createChainClient({ rpcUrl: proxy.url });
      const settlement = settle({ client });
      await trade();
      await settled(1);
      proxy.cut();
      await trade();
      await trade();
      proxy.mend();
      await settled(2);
      assert.equal(settlement.status().state, "running");
      assert.equal(await yesLots(1), 10_300n);
    });
  });
});
