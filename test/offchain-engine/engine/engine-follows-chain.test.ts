import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { type Address, encodeFunctionData, erc20Abi, numberToHex } from "viem";
import { engineConfigSchema } from "../../../offchain-engine/config.ts";
import { type Engine, startEngine } from "../../../offchain-engine/engine.ts";
import type { BusClient } from "../../../platform/bus/bus.ts";
import { loadConfig } from "../../../platform/config.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import type { AccountReply, SnapshotReply } from "../../../protocol/engine/request.ts";
import { createFreezingBus } from "../../platform/bus/freezing-bus.ts";
import { eventually } from "../chain/eventually.ts";
import {
  type ExchangeWorld,
  OPERATOR_KEY,
  startExchangeWorld,
} from "../settlement/exchange-world.ts";
import { freshDatabase } from "./fresh-database.ts";
import { ask, send, signedPlace, statusOf } from "./trader.ts";

const log = createLog({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
const TWO_DAYS_SECONDS = 172_800;

describe("engine, following its chain", function () {
  this.timeout(60_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let world: ExchangeWorld;
  let databaseUrl: string;
  let databases = 0;
  let running: { engine: Engine; pool: Pool } | null;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-engine-"));
    server = await startEmbeddedPostgres({
      dataDir: join(folder, "pg"),
      port: 0,
      log,
      durable: false,
    });
  });

  beforeEach(async () => {
    running = null;
    world = await startExchangeWorld();
    databaseUrl = await freshDatabase(server, `following_${++databases}`);
  });

  afterEach(async () => {
    await stop();
    await world.stop();
  });

  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(environment: Record<string, string> = {}): Promise<BusClient> {
    const config = loadConfig(engineConfigSchema, {
      DATABASE_URL: databaseUrl,
      RPC_URL: world.chain.rpcUrl,
      CHAIN_POLLING_MS: "20",
      RECONCILE_INTERVAL_MS: "100",
      ...environment,
    });
    const bus = createFreezingBus();
    const pool = createPool({ databaseUrl, log, applicationName: "agon-test-engine" });
    const { deployment } = world;
    const metrics = createMetrics({ service: "test", processMetrics: false });
    try {
      const parts = { config, bus: bus.server, pool, deployment, log, metrics };
      running = { engine: await startEngine(parts), pool };
    } catch (error) {
      await pool.end();
      throw error;
    }
    return bus.client;
  }

  async function stop(): Promise<void> {
    const stopping = running;
    running = null;
    await stopping?.engine.stop();
    await stopping?.pool.end();
  }

  /** Trader `index` offers or bids for one lot of YES. */
  function order(index: number, side: 0 | 1, nonce: bigint) {
    const trader = world.traders[index];
    assert.ok(trader);
    const terms = { outcome: 1, side, price: 500, quantity: 100, nonce } as const;
    return signedPlace(world.deployment, trader, terms);
  }

  async function passTime(seconds: number): Promise<void> {
    await world.chain.rpc("evm_increaseTime", seconds);
    await world.chain.rpc("evm_mine");
  }

  it("undoes at its start what the chain lost meanwhile", async () => {
    const [trader] = world.traders;
    assert.ok(trader);
    const reserved = async (bus: BusClient) => {
      const { address } = trader;
      const { balance } = await ask<AccountReply>(bus, { type: "account", account: address });
      return balance.reservedMicro;
    };
    const fork = await world.chain.rpc("evm_snapshot");
    await world.send(trader, "requestWithdrawal", [1n]);
    assert.equal(await reserved(await start()), "1");
    await stop();
    await world.chain.rpc("evm_revert", fork);
    await world.chain.rpc("hardhat_mine", "0x3");
    assert.equal(await reserved(await start()), "0");
  });

  it("does not start on a chain that lost more than the engine can undo", async () => {
    const environment = { CHAIN_MAX_REORG_BLOCKS: "1" };
    const [trader] = world.traders;
    assert.ok(trader);
    const fork = await world.chain.rpc("evm_snapshot");
    await world.send(trader, "requestWithdrawal", [1n]);
    await world.send(trader, "requestWithdrawal", [2n]);
    await start(environment);
    await stop();
    await world.chain.rpc("evm_revert", fork);
    await world.chain.rpc("hardhat_mine", "0x3");
    await assert.rejects(start(environment), { code: "deployment_mismatch" });
  });

  it("closes a market when the chain's time has come to it, though nobody acts", async () => {
    const bus = await start();
    const { seq } = await statusOf(bus);
    await passTime(TWO_DAYS_SECONDS);
    await eventually("the market is closed", async () => {
      const { markets } = await ask<SnapshotReply>(bus, { type: "snapshot" });
      return markets[0]?.status === "closed";
    });
    const closed = await statusOf(bus);
    assert.equal(closed.seq, seq + 1);
    const verdict = await send(bus, await order(0, 1, 1n));
    assert.ok(!verdict.ok && verdict.code === "market_not_open");
  });

  it("settles what is matched after the chain's time ran ahead", async () => {
    const environment = { OPERATOR_PRIVATE_KEY: OPERATOR_KEY, SETTLEMENT_MAX_AGE_MS: "50" };
    const bus = await start(environment);
    await passTime(3_600);
    const head = Number(await world.chain.rpc("eth_blockNumber"));
    await eventually("the engine has the chain's time", async () => {
      return (await statusOf(bus)).lastBlock >= head;
    });
    assert.ok((await send(bus, await order(0, 1, 1n))).ok);
    const taken = await send(bus, await order(1, 0, 1n));
    assert.ok(taken.ok && taken.kind === "place" && taken.fills.length === 1);
    await eventually("the fill is settled", async () => {
      const { lastBatchId, unsettledFills } = await statusOf(bus);
      return lastBatchId === 1 && unsettledFills === 0;
    });
  });

  it("agrees with the contract about what is settled in simulation only, and goes on", async () => {
    const bus = await start({ SETTLEMENT_MAX_AGE_MS: "0" });
    assert.ok((await send(bus, await order(0, 1, 1n))).ok);
    assert.ok((await send(bus, await order(1, 0, 1n))).ok);
    await eventually("the fill is simulated", async () => (await statusOf(bus)).lastBatchId === 1);
    const simulatedAtMs = Date.now();
    const compared = await eventually("they are compared", async () => {
      const { reconciliation } = await statusOf(bus);
      return (reconciliation?.checkedAtMs ?? 0) > simulatedAtMs + 200 ? reconciliation : null;
    });
    assert.deepEqual(compared.differences, []);
    assert.ok((await send(bus, await order(0, 1, 2n))).ok);
  });

  it("takes no block for its time alone while both clocks agree", async () => {
    const bus = await start();
    const { seq } = await statusOf(bus);
    for (let mined = 0; mined < 5; mined++) {
      const now = Math.floor(Date.now() / 1_000);
      const { timestamp } = await world.client.getBlock();
      const next = Math.max(now, Number(timestamp) + 1);
      await eventually("that second has come", () => Date.now() >= next * 1_000);
      await world.chain.rpc("evm_setNextBlockTimestamp", numberToHex(next));
      await world.chain.rpc("evm_mine");
    }
    assert.equal((await statusOf(bus)).seq, seq);
  });

  it("takes cancels but no new orders while the contract holds other than it believes", async () => {
    const bus = await start({ OPERATOR_PRIVATE_KEY: OPERATOR_KEY });
    const { exchange } = world.deployment;
    const thief = world.traders[3]?.address ?? "0x";
    const resting = await order(0, 1, 1n);
    assert.ok((await send(bus, resting)).ok);
    await moveCollateral(exchange, thief);
    await eventually("the difference is found", async () => {
      return (await statusOf(bus)).reconciliation?.ok === false;
    });
    const refused = await order(0, 1, 2n);
    assert.deepEqual(await send(bus, refused), { ok: false, code: "settlement_behind" });
    const deadline = Math.floor(Date.now() / 1_000) + 600;
    const release = { kind: "release", account: thief, marketId: 0, asset: 2, deadline } as const;
    const ungranted = await send(bus, { ...release, amount: "1" });
    assert.deepEqual(ungranted, { ok: false, code: "settlement_behind" });
    const maker = world.traders[0]?.address ?? "0x";
    assert.ok((await send(bus, { kind: "cancel", maker, hash: resting.hash })).ok);
    await moveCollateral(thief, exchange);
    await eventually("orders are taken again", async () => (await send(bus, refused)).ok);
  });

  /** Moves 1,000 collateral behind the exchange's back. */
  async function moveCollateral(from: Address, to: Address): Promise<void> {
    const { chain, deployment } = world;
    const data = encodeFunctionData({
      abi: erc20Abi,
      functionName: "transfer",
      args: [to, 1_000_000_000n],
    });
    await chain.rpc("hardhat_impersonateAccount", from);
    await chain.rpc("hardhat_setBalance", from, "0x56bc75e2d63100000");
    await chain.rpc("eth_sendTransaction", { from, to: deployment.collateral, data });
  }
});
