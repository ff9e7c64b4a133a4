import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { encodeFunctionData, type Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { BatchStore } from "../../../offchain-engine/settlement/batch-store.ts";
import type { StartPipelineParameters } from "../../../offchain-engine/settlement/pipeline.ts";
import { SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { divergences, publish } from "../../scripts/audit/published.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, ONE_COLLATERAL, startExchangeWorld } from "./exchange-world.ts";
import { beginLiveCase, type LiveCase } from "./live-case.ts";
import { FAST_LIMITS, watch } from "./live-settlement.ts";
import { sendEmptyBatch } from "./send-empty-batch.ts";

describe("settlement pipeline, on a chain that loses blocks", () => {
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

  /** The chain goes back to the fork; another one takes its place, longer than it was. */
  async function reorganise(fork: unknown): Promise<void> {
    const height = Number(await world.chain.rpc("eth_blockNumber"));
    await world.chain.rpc("evm_revert", fork);
    const now = Number(await world.chain.rpc("eth_blockNumber"));
    await world.chain.rpc("hardhat_mine", `0x${(height - now + 1).toString(16)}`);
  }

  function statuses(): string[] {
    return live.engine.fills().map(({ status }) => status);
  }

  async function allSettled(): Promise<void> {
    await eventually("all is settled", () => statuses().every((status) => status === "settled"));
  }

  /** What the engine believes of every account is what the contract holds. */
  async function assertMirrored(): Promise<void> {
    const { exchange: address } = world.deployment;
    for (const { account, cashMicro } of live.engine.core.settledAccounts()) {
      const call = { address, abi: exchangeAbi, functionName: "cashOf", args: [account] } as const;
      assert.equal(await world.client.readContract(call), BigInt(cashMicro));
    }
    assert.deepEqual(live.engine.core.audit(), []);
  }

  async function calldataOf(transactionHash: Hex): Promise<Hex> {
    return (await world.client.getTransaction({ hash: transactionHash })).input;
  }

  it("settles batches again, once and with the same bytes, that the engine had taken as settled", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    live.settle({ limits: { ...FAST_LIMITS, maxFills: 1 } });
    for (let i = 0; i < 3; i++) await live.trade();
    await live.settled(3);
    const bytes = await Promise.all(
      live.engine.fills().map(({ transactionHash }) => calldataOf(transactionHash as Hex)),
    );
    await reorganise(fork);
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    await live.settled(3);
    await allSettled();
    assert.equal(await live.lastBatchId(), 3n);
    assert.equal(await live.yesLots(1), 10_300n);
    const again = live.engine
      .fills()
      .map(({ transactionHash }) => calldataOf(transactionHash as Hex));
    assert.deepEqual(await Promise.all(again), bytes);
    await assertMirrored();
    const published = publish(world.deployment, live.engine.entries);
    assert.deepEqual(await divergences(world, published), {});
  });

  it("goes on with what was matched meanwhile, in order", async () => {
    await live.trade();
    const fork = await world.chain.rpc("evm_snapshot");
    live.settle();
    await live.settled(1);
    await live.trade(50);
    await live.settled(2);
    await reorganise(fork);
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId < 2);
    await allSettled();
    await live.trade(7);
    await allSettled();
    assert.equal(await live.yesLots(1), 10_157n);
    await assertMirrored();
  });

  it("sends under another nonce when the operator's is used elsewhere on the new chain", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    live.settle();
    await live.trade();
    await live.settled(1);
    await world.chain.rpc("evm_revert", fork);
    const operator = DEV_ACCOUNTS.operator.address;
    await world.chain.rpc("hardhat_impersonateAccount", operator);
    await world.chain.rpc("eth_sendTransaction", { from: operator, to: operator });
    await world.chain.rpc("hardhat_mine", "0x3");
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    await allSettled();
    assert.equal(await live.lastBatchId(), 1n);
    await assertMirrored();
  });

  it("takes the number of somebody's empty batch that is gone for the next of its own", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    live.settle();
    await sendEmptyBatch(world, 1);
    await live.settled(1);
    await reorganise(fork);
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    await live.trade();
    await live.settled(1);
    await allSettled();
    await assertMirrored();
  });

  it("takes that number, too, when the engine learned of the batch while settlement started", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    const client = createChainClient({ rpcUrl: world.chain.rpcUrl });
    const { getBlock, getTransactionCount } = client;
    client.getBlock = (async (parameters) => {
      await sendEmptyBatch(world, 1);
      client.getBlock = getBlock;
      return getBlock(parameters);
    }) as typeof getBlock;
    const read = Promise.withResolvers<void>();
    client.getTransactionCount = async (parameters) => {
      const nonce = await getTransactionCount(parameters);
      await live.settled(1);
      setImmediate(read.resolve);
      return nonce;
    };
    live.settle({ client });
    await read.promise;
    await reorganise(fork);
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    client.getTransactionCount = getTransactionCount;
    await live.trade();
    await live.settled(1);
    await allSettled();
    await assertMirrored();
  });

  it("waits for somebody's empty batch that is gone before batches that were sent", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    const settlement = live.settle();
    await sendEmptyBatch(world, 1);
    await live.settled(1);
    await live.trade();
    await live.settled(2);
    await reorganise(fork);
    await eventually("settlement waits", () => settlement.status().state === "waiting");
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    await eventually("it says for what", () =>
      /empty one/.test(settlement.status().sentence ?? ""),
    );
    await sendEmptyBatch(world, 1);
    await live.settled(2);
    await allSettled();
    await assertMirrored();
  });

  describe("with a deposit in them that a batch rests on", () => {
    const DEPOSIT = 100n * ONE_COLLATERAL;

    let buyer: PrivateKeyAccount;

    beforeEach(async () => {
      buyer = world.traders[1] ?? assert.fail();
      const { collateral, exchange } = world.deployment;
      await world.chain.rpc("hardhat_impersonateAccount", buyer.address);
      await sendAsBuyer(collateral, "faucet", [buyer.address, DEPOSIT]);
      await sendAsBuyer(collateral, "approve", [exchange, DEPOSIT]);
    });

    async function sendAsBuyer(to: Hex, functionName: string, args: unknown[]): Promise<void> {
      const abi = [...exchangeAbi, ...devCollateralAbi];
      const data = encodeFunctionData({ abi, functionName, args } as never);
      await world.chain.rpc("eth_sendTransaction", { from: buyer.address, to, data });
    }

    const deposit = () =>
      sendAsBuyer(world.deployment.exchange, "deposit", [buyer.address, DEPOSIT]);

    /** Buys for more than there is without the deposit; all of it settles. Gives the fork before it. */
    async function spendDeposit(): Promise<unknown> {
      const other = world.traders[2];
      assert.ok(other);
      const fork = await world.chain.rpc("evm_snapshot");
      await deposit();
      const cash = () => Number(live.engine.core.account(buyer.address).balance.availableMicro);
      await eventually("the deposit counts", () => cash() > 1_050_000_000);
      const quantity = 109_000;
      await live.engine.place(buyer, { outcome: 1, side: 0, price: 999, quantity });
      await live.engine.place(other, { outcome: 0, side: 0, price: 1, quantity });
      live.settle();
      await live.settled(1);
      return fork;
    }

    it("settles the same when the deposit comes again", async () => {
      const fork = await spendDeposit();
      const { balance } = live.engine.core.account(buyer.address);
      const height = Number(await world.chain.rpc("eth_blockNumber"));
      await world.chain.rpc("evm_revert", fork);
      await deposit();
      const now = Number(await world.chain.rpc("eth_blockNumber"));
      await world.chain.rpc("hardhat_mine", `0x${(height - now + 1).toString(16)}`);
      await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
      await allSettled();
      assert.deepEqual(live.engine.core.account(buyer.address).balance, balance);
      assert.equal(await live.lastBatchId(), 1n);
      await assertMirrored();
    });

    it("reverses what the deposit had paid for when it never comes again", async () => {
      const before = live.engine.core.account(buyer.address).balance;
      await reorganise(await spendDeposit());
      await eventually("the fill is reversed", () => statuses().join() === "skipped");
      assert.deepEqual(live.engine.core.account(buyer.address).balance, before);
      assert.equal(await live.lastBatchId(), 1n);
      await assertMirrored();
    });
  });

  describe("killed in the middle of it", () => {
    async function dieAndRestart(
      kill: (die: () => never) => Partial<StartPipelineParameters>,
    ): Promise<void> {
      const fork = await world.chain.rpc("evm_snapshot");
      const settlement = live.settle();
      await live.trade();
      await live.settled(1);
      await live.trade(50);
      await live.settled(2);
      await settlement.stop();
      await reorganise(fork);
      await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
      const dying = live.settle(
        kill(() => {
          throw new SettlementHalt("killed");
        }),
      );
      await live.halted(dying);
      live.settle();
      await allSettled();
      assert.equal(await live.lastBatchId(), 2n);
      assert.equal(await live.yesLots(1), 10_150n);
      await assertMirrored();
    }

    const storeThat = (changes: Partial<BatchStore>): Partial<StartPipelineParameters> => ({
      store: { ...live.store, ...changes },
    });

    it("before the batches are open again, settles them once", () =>
      dieAndRestart((die) => storeThat({ reopen: die })));

    it("after they are open again, settles them once", () =>
      dieAndRestart((die) => storeThat({ open: die })));

    it("before a new transaction is durable, settles them once", () =>
      dieAndRestart((die) => storeThat({ submit: die })));

    it("before it is reported, settles them once", () => dieAndRestart((die) => ({ submit: die })));

    it("after the first is settled again, settles them once", () =>
      dieAndRestart((die) => storeThat({ settle: die })));
  });

  it("takes up its work after a start at which the engine has yet to notice", async () => {
    const fork = await world.chain.rpc("evm_snapshot");
    const settlement = live.settle();
    await live.trade();
    await live.settled(1);
    await settlement.stop();
    await live.watcher.stop();
    await reorganise(fork);
    const next = live.settle();
    await eventually("it waits", () => next.status().state === "waiting");
    live.watcher = watch(world, live.engine);
    await eventually("the engine notices", () => live.engine.core.status.lastBatchId === 0);
    await allSettled();
    await eventually("it runs", () => next.status().state === "running");
    assert.equal(await live.lastBatchId(), 1n);
    await assertMirrored();
  });
});
