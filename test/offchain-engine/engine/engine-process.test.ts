import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import type { Hex } from "viem";
import type { BusClient } from "../../../platform/bus/bus.ts";
import { busNamespace } from "../../../platform/bus/bus-namespace.ts";
import { createRedisBusClient } from "../../../platform/bus/redis-bus-client.ts";
import { writeDeploymentFile } from "../../../platform/deployment-file.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { PlaceCommand } from "../../../protocol/engine/command.ts";
import type { CommandsReply } from "../../../protocol/engine/request.ts";
import {
  hasRedisServer,
  type RedisServer,
  startRedisServer,
} from "../../platform/bus/redis-server.ts";
import { eventually } from "../chain/eventually.ts";
import {
  type ExchangeWorld,
  OPERATOR_KEY,
  startExchangeWorld,
} from "../settlement/exchange-world.ts";
import { freshDatabase } from "./fresh-database.ts";
import { ask, signedPlace, statusOf } from "./trader.ts";

const log = createLog({ service: "test", level: "silent" });
const MAIN = fileURLToPath(new URL("../../../offchain-engine/main.ts", import.meta.url));
const present = hasRedisServer();
if (!present) console.log("redis-server is not installed: the engine's process is not tested");

(present ? describe : describe.skip)("engine as a process, over Redis", function () {
  this.timeout(90_000);
  let folder: string;
  let redis: RedisServer;
  let server: EmbeddedPostgres;
  let world: ExchangeWorld;
  let pool: Pool;
  let bus: BusClient;
  let environment: Record<string, string>;
  let child: ChildProcess | null = null;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-engine-process-"));
    [redis, server, world] = await Promise.all([
      startRedisServer(),
      startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log, durable: false }),
      startExchangeWorld(),
    ]);
    const databaseUrl = await freshDatabase(server, "process");
    pool = createPool({ databaseUrl, log, applicationName: "agon-test" });
    const deploymentFile = join(folder, "deployment.json");
    await writeDeploymentFile(deploymentFile, world.deployment);
    const namespace = busNamespace(world.deployment);
    bus = createRedisBusClient({ redisUrl: redis.url, namespace, log });
    environment = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      RPC_URL: world.chain.rpcUrl,
      DEPLOYMENT_FILE: deploymentFile,
      OPERATOR_PRIVATE_KEY: OPERATOR_KEY,
      CHAIN_POLLING_MS: "20",
      SETTLEMENT_MAX_AGE_MS: "20",
      LOG_LEVEL: "silent",
      ENGINE_RESTART_CANCEL_ONLY_MS: "0",
      ENGINE_RESTART_POST_ONLY_MS: "0",
    };
  });

  after(async () => {
    await end("SIGTERM");
    await bus.close();
    await pool.end();
    await Promise.all([redis.stop(), server.stop(), world.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  function spawnEngine(changes: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [MAIN], {
      env: { ...process.env, ...environment, ...changes },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
  }

  async function start(): Promise<void> {
    child = spawnEngine();
    const [message] = await once(child, "message");
    assert.deepEqual(message, { ready: true });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child) return null;
    const exited = once(child, "exit");
    child.kill(signal);
    child = null;
    return (await exited)[0];
  }

  /** Orders of all four traders around one price, each signed once. */
  function signOrders(count: number): Promise<PlaceCommand[]> {
    return Promise.all(
      Array.from({ length: count }, (_, i) => {
        const trader = world.traders[i % world.traders.length];
        assert.ok(trader);
        return signedPlace(world.deployment, trader, {
          outcome: i % 3 === 0 ? 0 : 1,
          side: i % 2 === 0 ? 0 : 1,
          price: 480 + ((i * 13) % 40),
          quantity: 10 + (i % 20),
          nonce: BigInt(1_000 + i),
        });
      }),
    );
  }

  async function fillsOnChain(): Promise<number> {
    const { abi, address } = { abi: exchangeAbi, address: world.deployment.exchange };
    const logs = await world.client.getContractEvents({
      abi,
      address,
      eventName: "FillSettled",
      fromBlock: 0n,
    });
    return logs.length;
  }

  it("ends with one sentence for each wrong variable", async () => {
    const failing = spawnEngine({ DATABASE_URL: "", RPC_URL: "nowhere" });
    let said = "";
    failing.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [[code]] = await Promise.all([
      once(failing, "exit"),
      once(failing.stderr ?? failing, "end"),
    ]);
    assert.equal(code, 1);
    const names = said
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    assert.deepEqual(names.sort(), ["DATABASE_URL", "RPC_URL"]);
  });

  it("loses no acknowledged order and settles no fill twice when it is killed under load", async () => {
    await start();
    const orders = await signOrders(240);
    const acknowledged = new Set<Hex>();
    const unanswered: PlaceCommand[] = [];
    let sent = 0;
    let restarted = Promise.resolve();

    /** One client: sends the next order until none is left, and remembers what was not answered. */
    async function client(): Promise<void> {
      while (sent < orders.length) {
        const command = orders[sent++] as PlaceCommand;
        const request = { type: "commands", commands: [command] };
        const result = await bus.request(request, { timeoutMs: 3_000 });
        const verdict = result.ok ? (result.reply as CommandsReply).verdicts[0] : undefined;
        if (verdict?.ok) acknowledged.add(command.hash);
        if (result.ok) continue;
        unanswered.push(command);
        // An engine that is down refuses at once: all would be sent before it is back.
        await restarted;
      }
    }

    const clients = Promise.all(Array.from({ length: 8 }, client));
    for (const killAt of [60, 120, 180]) {
      await eventually("the load is under way", () => sent >= killAt);
      const starting = Promise.withResolvers<void>();
      restarted = starting.promise;
      await end("SIGKILL");
      assert.ok(sent < orders.length, "the engine was killed under load");
      await start();
      starting.resolve();
    }
    await clients;
    // What was never answered is sent again: the same signed order is taken once, whatever happened.
    for (const command of unanswered) {
      const reply = await ask<CommandsReply>(bus, { type: "commands", commands: [command] });
      if (reply.verdicts[0]?.ok) acknowledged.add(command.hash);
    }

    await ask(bus, { type: "tables" });
    const { rows } = await pool.query<{ hash: Hex }>("SELECT hash FROM engine.orders");
    const kept = new Set(rows.map(({ hash }) => hash));
    for (const hash of acknowledged) assert.ok(kept.has(hash), `order ${hash} was lost`);
    assert.ok(acknowledged.size > 200);

    await eventually(
      "everything is settled",
      async () => (await statusOf(bus)).unsettledFills === 0,
    );
    await ask(bus, { type: "tables" });
    const fills = await pool.query<{ status: string; count: bigint }>(
      "SELECT status, count(*) FROM engine.fills GROUP BY status",
    );
    assert.deepEqual(
      fills.rows.map(({ status }) => status),
      ["settled"],
    );
    assert.ok(Number(fills.rows[0]?.count) > 20);
    assert.equal(await fillsOnChain(), Number(fills.rows[0]?.count));
  });

  it("publishes to a late subscriber without a hole, also across the kills", async () => {
    // Not every command has events; one that places an order has.
    await ask(bus, { type: "tables" });
    const { rows } = await pool.query<{ seq: bigint }>("SELECT max(seq) AS seq FROM engine.orders");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const subscription = await bus.subscribe(({ id }) => id >= Number(rows[0]?.seq) && resolve(), {
      after: 0,
      onGap: () => reject(new Error("a hole in the events")),
    });
    await promise;
    await subscription.close();
  });

  it("stops in order on SIGTERM, and starts again from where it stood", async () => {
    const before = await statusOf(bus);
    assert.equal(await end("SIGTERM"), 0);
    await start();
    const after = await statusOf(bus);
    // The start itself is two commands: `restart` and `reopen`.
    assert.equal(after.seq, before.seq + 2);
  });
});
