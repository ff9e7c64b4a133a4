import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { ChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import { readImpliedState } from "../../../offchain-engine/settlement/implied-state.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { SignedOrder } from "../../../protocol/order.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, ONE_COLLATERAL, startExchangeWorld } from "./exchange-world.ts";
import { watch } from "./live-settlement.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

const BUY = 0;
const SELL = 1;
const NO = 0;
const YES = 1;
const HASH = `0x${"ab".repeat(32)}` as const;

describe("implied state, as the exchange's own views show it", () => {
  let world: ExchangeWorld;
  let snapshot: unknown;
  let engine: TestEngine;
  let watcher: ChainWatcher;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    snapshot = await world.chain.rpc("evm_snapshot");
    engine = createTestEngine(world.deployment);
    watcher = watch(world, engine);
    await readChain();
  });

  afterEach(async () => {
    await watcher.stop();
    await world.chain.rpc("evm_revert", snapshot);
  });

  async function readChain(): Promise<void> {
    const head = Number(await world.chain.rpc("eth_blockNumber"));
    await eventually("the engine has read the chain", () => watcher.head() >= head);
  }

  /** Matches, reports the fills as simulated, and gives the orders: a's, b's, c's. */
  async function mintAndTransfer(): Promise<SignedOrder[]> {
    const [a, b, c] = world.traders;
    assert.ok(a && b && c);
    await engine.place(a, { outcome: YES, side: BUY, price: 600, quantity: 1_000 });
    await engine.place(b, { outcome: NO, side: BUY, price: 400, quantity: 700 });
    await engine.place(c, { outcome: YES, side: SELL, price: 600, quantity: 300 });
    const [mint, transfer] = engine.core.unsettledFills(0, 10);
    assert.ok(mint && transfer);
    await engine.submit({
      kind: "batch_simulated",
      batchId: 1,
      firstFillSeq: mint.fillSeq,
      lastFillSeq: transfer.fillSeq,
      transactionHash: HASH,
      skipped: [],
    });
    return [mint.maker, mint.taker, transfer.taker];
  }

  async function views(orders: SignedOrder[]) {
    const { client, deployment } = world;
    const { exchange: address } = deployment;
    const mirror = engine.core;
    const head = watcher.head();
    const implied = await readImpliedState({ client, deployment, mirror, head, orders });
    const stateOverride = [{ address, stateDiff: implied.slots }];
    const at = { address, abi: exchangeAbi, stateOverride } as const;
    const accounts = orders.map(async ({ order: { maker, nonce } }) => {
      const [cash, shares, filled] = await Promise.all([
        client.readContract({ ...at, functionName: "cashOf", args: [maker] }),
        client.readContract({ ...at, functionName: "sharesOf", args: [maker, 1n] }),
        client.readContract({ ...at, functionName: "filledLots", args: [maker, nonce] }),
      ]);
      return { cash, shares, filled };
    });
    return {
      implied,
      accounts: await Promise.all(accounts),
      lastBatchId: await client.readContract({ ...at, functionName: "lastBatchId" }),
      pairs: await client.readContract({ ...at, functionName: "totalOpenInterestLots" }),
      market: await client.readContract({ ...at, functionName: "market", args: [1n] }),
      floors: await Promise.all(
        orders.map(({ order: { maker } }) =>
          client.readContract({ ...at, functionName: "cancelFloor", args: [maker] }),
        ),
      ),
    };
  }

  it("has cash, shares, filled quantities, pairs and batch as simulated", async () => {
    const { accounts, lastBatchId, pairs, market, implied } = await views(await mintAndTransfer());
    const thousand = 1_000n * ONE_COLLATERAL;
    // Fees are 50 bps of the lesser price: 700 × 400 and 300 × 400, times 10 micro.
    assert.deepEqual(accounts, [
      { cash: thousand - 6_000_000n, shares: [11_000n, 10_000n], filled: 1_000 },
      { cash: thousand - 2_800_000n - 14_000n, shares: [10_000n, 10_700n], filled: 700 },
      { cash: thousand + 1_800_000n - 6_000n, shares: [9_700n, 10_000n], filled: 300 },
    ]);
    assert.equal(lastBatchId, 1n);
    assert.equal(pairs, 40_700n);
    assert.equal(market.openInterestLots, 40_700n);
    const operator = await world.client.readContract({
      address: world.deployment.exchange,
      abi: exchangeAbi,
      functionName: "operator",
    });
    assert.equal(implied.operator.toLowerCase(), operator.toLowerCase());
  });

  it("keeps what only the chain knows: floors, cancelled orders, the market's terms", async () => {
    const orders = await mintAndTransfer();
    const [a] = world.traders;
    assert.ok(a && orders[0]);
    const { nonce } = orders[0].order;
    await world.send(a, "raiseCancelFloor", [5n]);
    await world.send(a, "requestCancel", [[nonce]]);
    await world.chain.rpc("evm_increaseTime", 3_600);
    await world.send(a, "finalizeCancel", [a.address, [nonce]]);
    await readChain();
    const { accounts, floors, market } = await views(orders);
    assert.equal(accounts[0]?.filled, 0xffff_ffff);
    assert.equal(floors[0]?.[0], 5n);
    assert.equal(market.status, 1);
    assert.equal(market.takerFeeBps, 50);
  });
});
