import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { recoverTypedDataAddress } from "viem";
import { engineConfigSchema } from "../../../offchain-engine/config.ts";
import { type Engine, startEngine } from "../../../offchain-engine/engine.ts";
import { restore } from "../../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../../offchain-engine/sequencer/event-publisher.ts";
import type { PublishedBatch } from "../../../platform/bus/bus.ts";
import { loadConfig } from "../../../platform/config.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { AccountReply, SnapshotReply } from "../../../protocol/engine/request.ts";
import { exchangeDomain, RELEASE_TYPES } from "../../../protocol/order-hash.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { createFreezingBus } from "../../platform/bus/freezing-bus.ts";
import { startCuttableProxy } from "../chain/cuttable-proxy.ts";
import { eventually } from "../chain/eventually.ts";
import {
  type ExchangeWorld,
  OPERATOR_KEY,
  startExchangeWorld,
} from "../settlement/exchange-world.ts";
import { freshDatabase } from "./fresh-database.ts";
import { ask, send, signedPlace, statusOf } from "./trader.ts";

const log = createLog({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

describe("engine", function () {
  this.timeout(60_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let world: ExchangeWorld;
  const running: { engine: Engine; pool: Pool }[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-engine-"));
    [server, world] = await Promise.all([
      startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log, durable: false }),
      startExchangeWorld(),
    ]);
  });

  afterEach(async () => {
    for (const { engine, pool } of running.splice(0)) {
      await engine.stop();
      await pool.end();
    }
  });

  after(async () => {
    await world.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(
    databaseUrl: string,
    environment: Record<string, string> = {},
    bus = createFreezingBus(),
    deployment = world.deployment,
  ) {
    const config = loadConfig(engineConfigSchema, {
      DATABASE_URL: databaseUrl,
      RPC_URL: world.chain.rpcUrl,
      CHAIN_POLLING_MS: "20",
      SETTLEMENT_MAX_AGE_MS: "0",
      RECONCILE_INTERVAL_MS: "100",
      ENGINE_RESTART_CANCEL_ONLY_MS: "0",
      ENGINE_RESTART_POST_ONLY_MS: "0",
      ...environment,
    });
    const pool = createPool({ databaseUrl, log, applicationName: "agon-test-engine" });
    const metrics = createMetrics({ service: "test", processMetrics: false });
    const starting = startEngine({ config, bus: bus.server, pool, deployment, log, metrics });
    const engine = await starting.catch(async (error) => {
      await pool.end();
      throw error;
    });
    running.push({ engine, pool });
    return { engine, pool, bus };
  }

  async function stop({ engine, pool }: { engine: Engine; pool: Pool }): Promise<void> {
    running.splice(
      running.findIndex((one) => one.engine === engine),
      1,
    );
    await engine.stop();
    await pool.end();
  }

  /** Where a replay of the stopped engine's journal leads. */
  async function replayed(databaseUrl: string): Promise<[seq: number, stateHash: string]> {
    const pool = createPool({ databaseUrl, log, applicationName: "agon-test-replay" });
    const { core, journal, projector } = await restore({
      pool,
      deployment: world.deployment,
      limits: {},
      standby: "refuse",
      publisher: createEventPublisher(() => {}),
      log,
      metrics: createMetrics({ service: "test", processMetrics: false }),
    });
    await projector.close();
    await journal.close();
    await pool.end();
    return [core.seq, core.stateHash()];
  }

  /** Trader 0 offers YES, trader 1 takes half of it. */
  async function trade(bus: Awaited<ReturnType<typeof start>>["bus"], nonce: bigint) {
    const [seller, buyer] = world.traders;
    assert.ok(seller && buyer);
    const terms = { outcome: 1, price: 600, nonce } as const;
    const ask600 = await signedPlace(world.deployment, seller, {
      ...terms,
      side: 1,
      quantity: 200,
    });
    const bid600 = await signedPlace(world.deployment, buyer, { ...terms, side: 0, quantity: 100 });
    const rested = await send(bus.client, ask600);
    const taken = await send(bus.client, bid600);
    return { ask600, bid600, rested, taken };
  }

  it("simulates settlement without an operator's key, and signs no releases", async () => {
    const databaseUrl = await freshDatabase(server, "simulated");
    const { bus, pool } = await start(databaseUrl);
    const { taken } = await trade(bus, 1n);
    assert.ok(taken.ok && taken.kind === "place" && taken.fills.length === 1);
    const row = await eventually("the fill is simulated", async () => {
      const { rows } = await pool.query("SELECT status, transaction_hash FROM engine.fills");
      return rows[0]?.status === "simulated" ? rows[0] : null;
    });
    assert.match(row.transaction_hash, /^0x[0-9a-f]{64}$/);
    const lastBatchId = await world.client.readContract({
      address: world.deployment.exchange,
      abi: exchangeAbi,
      functionName: "lastBatchId",
    });
    assert.equal(lastBatchId, 0n);
    assert.equal((await statusOf(bus.client)).settlement, "simulated");
    const release = await send(bus.client, {
      kind: "release",
      account: world.traders[0]?.address ?? "0x",
      marketId: 0,
      asset: 2,
      amount: "1",
      deadline: Math.floor(Date.now() / 1_000) + 600,
    });
    assert.deepEqual(release, { ok: false, code: "release_unavailable" });
  });

  it("takes cancels but no new orders while the chain is out of sight too long", async () => {
    const [trader] = world.traders;
    assert.ok(trader);
    const databaseUrl = await freshDatabase(server, "blind");
    const proxy = await startCuttableProxy(Number(new URL(world.chain.rpcUrl).port));
    const { bus } = await start(
      databaseUrl,
      { RPC_URL: proxy.url, CHAIN_TIMEOUT_MS: "500" },
      createFreezingBus(),
      { ...world.deployment, exitDelaySeconds: 3 },
    );
    const place = async (nonce: bigint) => {
      const terms = { outcome: 1, side: 1, price: 900, quantity: 1, nonce } as const;
      return signedPlace(world.deployment, trader, terms);
    };
    const seen = await place(101n);
    assert.ok((await send(bus.client, seen)).ok);

    proxy.cut();
    let nonce = 200n;
    await eventually("orders are refused", async () => {
      nonce += 1n;
      const verdict = await send(bus.client, await place(nonce));
      return !verdict.ok && verdict.code === "chain_unavailable";
    });
    const cancelled = await send(bus.client, {
      kind: "cancel",
      maker: trader.address,
      hash: seen.hash,
    });
    assert.ok(cancelled.ok);

    proxy.mend();
    const refused = await place(nonce);
    await eventually("orders are taken again", async () => (await send(bus.client, refused)).ok);
    await stop(running.at(-1) as (typeof running)[number]);
    await proxy.stop();
  });

  it("refuses commands that are not a user's, and requests that it does not know", async () => {
    const databaseUrl = await freshDatabase(server, "refusing");
    const { bus } = await start(databaseUrl, { OPERATOR_PRIVATE_KEY: OPERATOR_KEY });
    const forged = { kind: "block", number: 9_999, hash: "0x", timestamp: 1, events: [] };
    const verdict = await send(bus.client, forged as never);
    assert.deepEqual(verdict, { ok: false, code: "validation_failed" });
    const unknown = await bus.client.request({ type: "shutdown" }, { timeoutMs: 2_000 });
    assert.deepEqual(unknown, { ok: false, code: "internal" });
    const empty = await bus.client.request(null, { timeoutMs: 2_000 });
    assert.deepEqual(empty, { ok: false, code: "internal" });
  });

  it("refuses a database whose journal belongs to another deployment", async () => {
    const databaseUrl = await freshDatabase(server, "mismatched");
    await stop(await start(databaseUrl));
    const { deployment } = world;
    world.deployment = { ...deployment, exchange: deployment.collateral };
    await assert.rejects(start(databaseUrl), { code: "deployment_mismatch" });
    world.deployment = deployment;
  });

  it("says that another engine settled a batch, and a failed start gives the journal back", async () => {
    const snapshot = await world.chain.rpc("evm_snapshot");
    const databaseUrl = await freshDatabase(server, "another_engine");
    const first = await start(databaseUrl, { OPERATOR_PRIVATE_KEY: OPERATOR_KEY });
    await trade(first.bus, 501n);
    await eventually(
      "a batch settles",
      async () => (await statusOf(first.bus.client)).lastBatchId > 0,
    );
    await stop(first);
    const stranger = await freshDatabase(server, "stranger");
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(
        start(stranger, { ENGINE_STANDBY: "refuse", OPERATOR_PRIVATE_KEY: OPERATOR_KEY }),
        { code: "deployment_mismatch" },
      );
    }
    await world.chain.rpc("evm_revert", snapshot);
  });

  it("signs a release of settled, free funds that the account may take at once", async () => {
    const databaseUrl = await freshDatabase(server, "releasing");
    const { bus } = await start(databaseUrl, { OPERATOR_PRIVATE_KEY: OPERATOR_KEY });
    const account = world.traders[3]?.address ?? "0x";
    const deadline = Math.floor(Date.now() / 1_000) + 600;
    const release = { kind: "release", account, marketId: 0, asset: 2, deadline } as const;
    const tooMuch = await send(bus.client, { ...release, amount: "1000000001" });
    assert.ok(!tooMuch.ok && tooMuch.code === "release_exceeds_settled");
    const granted = await send(bus.client, { ...release, amount: "1000000000" });
    assert.ok(granted.ok && granted.kind === "release");
    const { deployment } = world;
    const signer = await recoverTypedDataAddress({
      domain: exchangeDomain(deployment.chainId, deployment.exchange),
      types: RELEASE_TYPES,
      primaryType: "Release",
      message: {
        account,
        marketId: 0n,
        asset: 2,
        amount: 1_000_000_000n,
        nonce: BigInt(granted.releaseNonce),
        deadline,
      },
      signature: granted.signature,
    });
    assert.equal(signer, DEV_ACCOUNTS.operator.address);
    const { balance } = await ask<AccountReply>(bus.client, { type: "account", account });
    assert.deepEqual([balance.availableMicro, balance.reservedMicro], ["0", "1000000000"]);
  });

  it("matches, settles on the chain, agrees with it, and is the same after a restart", async () => {
    const databaseUrl = await freshDatabase(server, "live");
    const first = await start(databaseUrl, { OPERATOR_PRIVATE_KEY: OPERATOR_KEY });
    const { bus, pool } = first;
    const published: PublishedBatch[] = [];
    await bus.client.subscribe((batch) => void published.push(batch), {
      after: (await ask<SnapshotReply>(bus.client, { type: "snapshot" })).seq,
      onGap: () => assert.fail("a gap in the events"),
    });
    const { bid600, rested, taken } = await trade(bus, 2n);
    assert.ok(rested.ok && rested.kind === "place" && rested.order.status === "open");
    assert.ok(taken.ok && taken.kind === "place" && taken.order.status === "filled");
    await eventually("the fill is settled", async () => {
      const { rows } = await pool.query("SELECT status FROM engine.fills");
      return rows[0]?.status === "settled";
    });
    const [yesLots] = await world.client.readContract({
      address: world.deployment.exchange,
      abi: exchangeAbi,
      functionName: "sharesOf",
      args: [world.traders[1]?.address ?? "0x", 1n],
    });
    assert.equal(yesLots, 10_100n);
    const settledAtMs = Date.now();
    await eventually("engine and chain are compared", async () => {
      const { reconciliation } = await statusOf(bus.client);
      if (reconciliation) assert.deepEqual(reconciliation.differences, []);
      return reconciliation !== null && reconciliation.checkedAtMs > settledAtMs;
    });

    const before = await statusOf(bus.client);
    await stop(first);
    assert.deepEqual(await replayed(databaseUrl), [before.seq, before.stateHash]);
    const second = await start(databaseUrl, { OPERATOR_PRIVATE_KEY: OPERATOR_KEY }, bus);
    const again = await send(bus.client, bid600);
    assert.ok(again.ok && again.kind === "place" && again.repeated);
    assert.equal(again.fills[0]?.status, "settled");
    await trade(second.bus, 3n);
    const ids = published.map(({ id }) => id);
    assert.deepEqual(
      published.slice(1).map(({ prev }) => prev),
      ids.slice(0, -1),
    );
  });
});
