import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { type Hex, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { SettledBatch } from "../../../offchain-engine/server/command-traces.ts";
import type { BatchStore } from "../../../offchain-engine/settlement/batch-store.ts";
import { createSettlementMetrics } from "../../../offchain-engine/settlement/metrics.ts";
import { createOperator } from "../../../offchain-engine/settlement/operator.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { type CuttableProxy, startCuttableProxy } from "../chain/cuttable-proxy.ts";
import { eventually } from "../chain/eventually.ts";
import { ADMIN, type ExchangeWorld, OPERATOR_KEY, startExchangeWorld } from "./exchange-world.ts";
import { beginLiveCase, type LiveCase } from "./live-case.ts";
import { FAST_LIMITS, watch } from "./live-settlement.ts";
import { sendEmptyBatch } from "./send-empty-batch.ts";

const BUY = 0;
const SELL = 1;
const NO = 0;
const YES = 1;

describe("settlement pipeline", () => {
  let world: ExchangeWorld;
  let live: LiveCase;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    live = await beginLiveCase(world);
  });
  afterEach(() => live.end());

  describe("refuses to begin", () => {
    it("with a key that is not the operator's", async () => {
      const chainId = world.deployment.chainId;
      const operator = createOperator({ privateKey: `0x${"5".repeat(64)}`, chainId });
      await live.trade();
      await live.halted(live.settle({ operator }));
      assert.equal(await live.lastBatchId(), 0n);
    });

    it("on a chain that was reset", async () => {
      const deployment = { ...world.deployment, deployBlockHash: `0x${"00".repeat(32)}` as const };
      await live.halted(live.settle({ deployment }));
    });

    it("with a batch missing from the database", async () => {
      const batch = { firstFillSeq: 1, lastFillSeq: 1, calldata: "0x", journalSeq: 1 } as const;
      const journalHash = `0x${"00".repeat(32)}` as const;
      await live.store.prepare({ ...batch, journalHash, batchId: 2 });
      await live.halted(live.settle());
    });
  });

  it("halts without sending when the exchange refuses the batch for good, and says why", async () => {
    const settlement = live.settle();
    await live.trade();
    await live.settled(1);
    await world.send(ADMIN, "setOperator", [ADMIN.address]);
    const address = DEV_ACCOUNTS.operator.address;
    const sent = await world.client.getTransactionCount({ address });
    await live.trade();
    await live.halted(settlement);
    assert.match(settlement.status().sentence ?? "", /NotOperator/);
    assert.equal(await world.client.getTransactionCount({ address }), sent);
  });

  it("names a batch's fills, its place in the journal and the requests behind it in one line", async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const asked: [number, number][] = [];
    const settled = (batch: SettledBatch) => {
      asked.push([batch.firstFillSeq, batch.lastFillSeq]);
      return ["a".repeat(32)];
    };
    live.settle({ log: createLog({ service: "engine", destination }), traces: { settled } });
    await live.trade();
    await live.settled(1);
    const mined = () => lines.map((line) => JSON.parse(line)).find(({ fills }) => fills === 1);
    await eventually("the batch is told of", () => mined() !== undefined);
    const { batchId, firstFillSeq, lastFillSeq, journalSeq, traceIds } = mined();
    assert.deepEqual([batchId, firstFillSeq, lastFillSeq], [1, 1, 1]);
    assert.ok(journalSeq > 0);
    assert.deepEqual(traceIds, ["a".repeat(32)]);
    assert.deepEqual(asked, [[1, 1]]);
  });

  it("goes on by itself when the database fails it once, before and after a batch is durable", async () => {
    for (const when of ["before", "after"]) {
      let failures = 0;
      const fail = (): void => {
        if (failures++ === 0) throw new Error("too many clients");
      };
      const store: BatchStore = {
        ...live.store,
        async prepare(batch) {
          if (when === "before") fail();
          await live.store.prepare(batch);
          if (when === "after") fail();
        },
      };
      const settlement = live.settle({ store });
      const { lastBatchId } = live.engine.core.status;
      await live.trade();
      await live.settled(lastBatchId + 1);
      assert.equal(failures, 2);
      await settlement.stop();
    }
  });

  it("keeps the bytes of a batch of which the database did not say whether it is durable", async () => {
    const fixed: string[] = [];
    const store: BatchStore = {
      ...live.store,
      async prepare(batch) {
        fixed.push(batch.calldata);
        if (fixed.length > 1) return live.store.prepare(batch);
        await live.trade();
        throw new Error("the connection is lost");
      },
    };
    live.settle({ store });
    await live.trade();
    await live.settled(2);
    assert.equal(fixed[0], fixed[1]);
  });

  it("goes on after an empty batch that somebody else sent with the operator's key", async () => {
    live.settle();
    await sendEmptyBatch(world, 1);
    await live.settled(1);
    await live.trade();
    await live.settled(2);
  });

  it("settles during a pause what was matched before it was seen", async () => {
    await world.send(ADMIN, "pauseTrading", []);
    const settlement = live.settle();
    await live.trade();
    await live.settled(1);
    assert.equal(settlement.status().state, "running");
    await world.send(ADMIN, "resumeTrading", []);
  });

  it("settles all four kinds of match, each account ending with what the engine says", async () => {
    const [a, b, c, d] = world.traders;
    assert.ok(a && b && c && d);
    await live.engine.place(a, { outcome: YES, side: SELL, price: 600, quantity: 100 });
    await live.engine.place(b, { outcome: YES, side: BUY, price: 600, quantity: 100 });
    await live.engine.place(c, { outcome: NO, side: SELL, price: 300, quantity: 200 });
    await live.engine.place(d, { outcome: NO, side: BUY, price: 300, quantity: 200 });
    await live.engine.place(a, { outcome: YES, side: BUY, price: 550, quantity: 300 });
    await live.engine.place(c, { outcome: NO, side: BUY, price: 450, quantity: 300 });
    await live.engine.place(b, { outcome: YES, side: SELL, price: 500, quantity: 400 });
    await live.engine.place(d, { outcome: NO, side: SELL, price: 500, quantity: 400 });
    assert.deepEqual(
      live.engine.fills().map(({ matchKind }) => matchKind),
      ["transfer_yes", "transfer_no", "mint", "merge"],
    );
    live.settle();
    await live.settled(1);
    assert.deepEqual(
      new Set(live.engine.fills().map(({ status }) => status)),
      new Set(["settled"]),
    );
    for (const { account, cashMicro, holdings } of live.engine.core.settledAccounts()) {
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
    await live.trade();
    live.settle();
    await live.settled(1);
    const [report] = live.engine.submitted();
    assert.equal(report?.firstFillSeq, 1);
    assert.equal(report.lastFillSeq, 1);
    assert.equal(live.engine.fills()[0]?.transactionHash, report.transactionHash);
    const receipt = await world.client.getTransactionReceipt({ hash: report.transactionHash });
    assert.equal(receipt.status, "success");
  });

  it("counts a fill that the exchange skips, and settles the others of its batch", async () => {
    const [a, b] = world.traders;
    assert.ok(a && b);
    const order = { outcome: YES, side: SELL, price: 400, quantity: 100 } as const;
    await live.engine.place(a, order, "forged");
    await live.engine.place(b, { ...order, side: BUY });
    await live.trade(30);
    const metrics = createSettlementMetrics(createMetrics({ service: "t", processMetrics: false }));
    live.settle({ metrics });
    await live.settled(1);
    assert.deepEqual(
      live.engine.fills().map(({ status }) => status),
      ["skipped", "settled"],
    );
    assert.equal(await live.yesLots(1), 10_030n);
    await eventually("it is counted", async () => {
      const { values } = await metrics.skippedFills.get();
      return values[0]?.value === 1;
    });
  });

  it("keeps several batches in flight, in order, and no more than it may", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    for (let i = 0; i < 5; i++) await live.trade(10);
    live.settle({ limits: { ...FAST_LIMITS, maxFills: 1, maxInFlight: 3 } });
    await eventually("three are pending", async () => (await live.pending()).length === 3);
    assert.equal((await live.store.open()).length, 3);
    await eventually("all are mined", async () => {
      await world.chain.rpc("evm_mine");
      return live.engine.core.status.lastBatchId === 5;
    });
    assert.equal(await live.yesLots(1), 10_050n);
  });

  it("sends a dropped transaction again", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await live.trade();
    live.settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 100 } });
    const first = await eventually("it is pending", async () => (await live.pending())[0]);
    await world.chain.rpc("hardhat_dropTransaction", first.hash);
    await eventually("it is pending again", async () => (await live.pending()).length === 1);
    await world.chain.rpc("evm_mine");
    await live.settled(1);
  });

  it("replaces a stuck transaction by one with the same calldata, the same nonce and a higher fee", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await live.trade();
    live.settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 100 } });
    const first = await eventually("it is pending", async () => (await live.pending())[0]);
    const second = await eventually("another is pending", async () =>
      (await live.pending()).find(({ hash }) => hash !== first.hash),
    );
    assert.equal(second.nonce, first.nonce);
    assert.equal(keccak256(second.input), keccak256(first.input));
    assert.ok(BigInt(second.maxFeePerGas) > BigInt(first.maxFeePerGas));
    await world.chain.rpc("evm_setAutomine", true);
    await world.chain.rpc("evm_mine");
    await live.settled(1);
    assert.equal(await live.lastBatchId(), 1n);
  });

  it("stays below the highest fee allowed", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await live.trade();
    const maxFeePerGas = 20n * 10n ** 9n;
    const settlement = live.settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 20, maxFeePerGas } });
    await eventually("it says so", () => settlement.status().state === "waiting");
    const [last] = await live.pending();
    assert.ok(BigInt(last?.maxFeePerGas as Hex) <= maxFeePerGas);
    await world.chain.rpc("evm_mine");
    await live.settled(1);
  });

  it("recovers when the operator's nonce was used elsewhere", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await live.trade();
    live.settle();
    const first = await eventually("it is pending", async () => (await live.pending())[0]);
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
      return live.engine.core.status.lastBatchId === 1;
    });
  });

  it("sends a batch again that a reorganisation took back before the engine saw it", async () => {
    await live.watcher.stop();
    const fork = await world.chain.rpc("evm_snapshot");
    await live.trade();
    live.settle({ limits: { ...FAST_LIMITS, stuckAfterMs: 200 } });
    await eventually("it is mined", async () => (await live.lastBatchId()) === 1n);
    await world.chain.rpc("evm_revert", fork);
    await eventually("it is mined again", async () => (await live.lastBatchId()) === 1n);
    live.watcher = watch(world, live.engine);
    await live.settled(1);
    assert.equal(await live.yesLots(1), 10_100n);
  });

  describe("behind a connection that fails", () => {
    let proxy: CuttableProxy;

    before(async () => {
      proxy = await startCuttableProxy(world.chain.port);
    });
    after(() => proxy.stop());

    it("settles what was matched meanwhile when the chain answers again", async () => {
      const client = createChainClient({ rpcUrl: proxy.url });
      const settlement = live.settle({ client });
      await live.trade();
      await live.settled(1);
      proxy.cut();
      await live.trade();
      await live.trade();
      proxy.mend();
      await live.settled(2);
      assert.equal(settlement.status().state, "running");
      assert.equal(await live.yesLots(1), 10_300n);
    });
  });
});
