import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
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
import type { HoldReply } from "../../../protocol/engine/request.ts";
import { TimeInForce } from "../../../protocol/order.ts";
import { createFreezingBus } from "../../platform/bus/freezing-bus.ts";
import { type CuttableProxy, startCuttableProxy } from "../chain/cuttable-proxy.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, startExchangeWorld } from "../settlement/exchange-world.ts";
import { freshDatabase } from "./fresh-database.ts";
import { ask, send, signedPlace, statusOf } from "./trader.ts";

const log = createLog({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
const { POST_ONLY } = TimeInForce;

describe("engine after a restart", function () {
  this.timeout(90_000);
  let folder: string;
  let server: EmbeddedPostgres;
  let world: ExchangeWorld;
  let proxy: CuttableProxy;
  let running: { engine: Engine; pool: Pool } | null = null;
  let nonce = 0n;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-restart-"));
    [server, world] = await Promise.all([
      startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log, durable: false }),
      startExchangeWorld(),
    ]);
    proxy = await startCuttableProxy(Number(new URL(world.chain.rpcUrl).port));
  });

  afterEach(stop);

  after(async () => {
    await proxy.stop();
    await world.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(databaseUrl: string, phases: [number, number]): Promise<BusClient> {
    const config = loadConfig(engineConfigSchema, {
      DATABASE_URL: databaseUrl,
      RPC_URL: proxy.url,
      CHAIN_POLLING_MS: "20",
      CHAIN_TIMEOUT_MS: "500",
      ENGINE_RESTART_CANCEL_ONLY_MS: String(phases[0]),
      ENGINE_RESTART_POST_ONLY_MS: String(phases[1]),
    });
    const bus = createFreezingBus();
    const pool = createPool({ databaseUrl, log, applicationName: "agon-test-engine" });
    const metrics = createMetrics({ service: "test", processMetrics: false });
    const { deployment } = world;
    const engine = await startEngine({ config, bus: bus.server, pool, deployment, log, metrics });
    running = { engine, pool };
    return bus.client;
  }

  async function stop(): Promise<void> {
    const stopping = running;
    running = null;
    await stopping?.engine.stop();
    await stopping?.pool.end();
  }

  function order(timeInForce: TimeInForce = TimeInForce.GTC) {
    const [trader] = world.traders;
    assert.ok(trader);
    const terms = { outcome: 1, side: 1, price: 900, quantity: 1, nonce: ++nonce } as const;
    return signedPlace(world.deployment, trader, { ...terms, timeInForce });
  }

  const phaseOf = async (bus: BusClient) => (await statusOf(bus)).exchange.phase;

  async function codeOf(bus: BusClient, timeInForce?: TimeInForce): Promise<string | null> {
    const verdict = await send(bus, await order(timeInForce));
    return verdict.ok ? null : verdict.code;
  }

  it("is open at once on an empty journal, and goes through its phases on any other", async () => {
    const databaseUrl = await freshDatabase(server, "phases");
    const first = await start(databaseUrl, [60_000, 60_000]);
    assert.equal(await codeOf(first), null);
    await stop();
    const bus = await start(databaseUrl, [1_500, 1_500]);
    assert.equal(await codeOf(bus, POST_ONLY), "cancel_only");
    await eventually("post-only", async () => (await phaseOf(bus)) === "post_only");
    assert.equal(await codeOf(bus), "post_only");
    assert.equal(await codeOf(bus, POST_ONLY), null);
    await eventually("open", async () => (await phaseOf(bus)) === "open");
    assert.equal(await codeOf(bus), null);
  });

  it("serves cancels at once though the chain does not answer, and opens when it does", async () => {
    const databaseUrl = await freshDatabase(server, "stalled");
    const resting = await order();
    const first = await start(databaseUrl, [0, 0]);
    assert.ok((await send(first, resting)).ok);
    await stop();
    proxy.cut();
    const bus = await start(databaseUrl, [0, 0]);
    assert.equal(await phaseOf(bus), "cancel_only");
    assert.equal(await codeOf(bus), "chain_unavailable");
    const { hash, order: terms } = resting;
    assert.ok((await send(bus, { kind: "cancel", maker: terms.maker, hash })).ok);
    proxy.mend();
    await eventually("open", async () => (await phaseOf(bus)) === "open");
    assert.equal(await codeOf(bus), null);
  });

  it("can be stopped while it waits for the chain", async () => {
    const databaseUrl = await freshDatabase(server, "stopped");
    await start(databaseUrl, [0, 0]);
    await stop();
    proxy.cut();
    await start(databaseUrl, [0, 0]);
    await stop();
    proxy.mend();
  });

  it("keeps to what its operator holds over the bus, until the operator lets go", async () => {
    const databaseUrl = await freshDatabase(server, "held");
    const bus = await start(databaseUrl, [0, 0]);
    const unknown = { kind: "hold", phase: "cancel_only", marketId: 99 } as const;
    const refused = await ask<HoldReply>(bus, { type: "hold", command: unknown });
    assert.deepEqual(refused.result, { ok: false, code: "market_unknown" });
    const held = { kind: "hold", phase: "cancel_only" } as const;
    assert.ok((await ask<HoldReply>(bus, { type: "hold", command: held })).result.ok);
    assert.equal(await codeOf(bus), "cancel_only");
    await stop();
    const again = await start(databaseUrl, [0, 0]);
    assert.equal(await codeOf(again), "cancel_only");
    await ask<HoldReply>(again, { type: "hold", command: { ...held, phase: "open" } });
    assert.equal(await codeOf(again), null);
  });
});
