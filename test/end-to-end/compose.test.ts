import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import { parse } from "yaml";
import { freePort } from "../../platform/free-port.ts";
import { createLog } from "../../platform/log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../platform/postgres/embedded.ts";
import { deploymentSchema } from "../../protocol/deployment.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import { ROOT } from "../../scripts/start/paths.ts";
import { seedMarkets } from "../../scripts/start/seed-markets.ts";
import { connect } from "../../sdk/index.ts";
import {
  hasRedisServer,
  type RedisServer,
  startRedisServer,
} from "../platform/bus/redis-server.ts";
import { type Command, runCommand } from "./run-command.ts";

const START_TIMEOUT_MS = 120_000;
const READY_TIMEOUT_MS = 60_000;

interface Service {
  command?: string | string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
}

const compose = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true }) as {
  services: Record<string, Service>;
};

describe("docker-compose.yml", () => {
  let postgres: EmbeddedPostgres;
  let redis: RedisServer;
  let folder: string;
  let ports: Record<"chain" | "api" | "replica" | "indexer", number>;
  const commands: Command[] = [];

  /** The service's own command and environment, with its hosts found on this machine. */
  function start(name: string, more: Record<string, string> = {}): Command {
    const { command, environment = {} } = compose.services[name] ?? {};
    assert.equal(typeof command, "string", `${name} has a command`);
    const { host: database } = new URL(postgres.databaseUrl);
    const { host: cache } = new URL(redis.url);
    const here = (value: string) =>
      value
        .replace("postgres:5432", database)
        .replace("redis:6379", cache)
        .replace("chain:8545", `127.0.0.1:${ports.chain}`)
        .replace("/var/lib/agon", folder)
        .replace("0.0.0.0", "127.0.0.1");
    const env = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [key, here(String(value))]),
    );
    const started = runCommand(String(command), { ...env, ...more });
    commands.push(started);
    return started;
  }

  before(async function bringUp() {
    if (!hasRedisServer()) {
      console.log("      skipped: there is no redis-server on this machine");
      this.skip();
    }
    this.timeout(START_TIMEOUT_MS);
    folder = await mkdtemp(join(tmpdir(), "agon-compose-"));
    postgres = await startEmbeddedPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      log: createLog({ service: "test", level: "silent" }),
      durable: false,
    });
    redis = await startRedisServer();
    ports = {
      chain: await freePort(),
      api: await freePort(),
      replica: await freePort(),
      indexer: await freePort(),
    };
    const rpcUrl = `http://127.0.0.1:${ports.chain}`;
    await start("chain", { CHAIN_PORT: String(ports.chain) }).answers(rpcUrl, READY_TIMEOUT_MS);
    await start("setup").succeeds();
    start("engine");
    start("indexer", { INDEXER_PORT: String(ports.indexer) });
    for (const port of [ports.api, ports.replica]) {
      const api = start("api", { API_PORT: String(port) });
      await api.answers(`http://127.0.0.1:${port}/ready`, READY_TIMEOUT_MS);
    }
  });

  after(async function tearDown() {
    this.timeout(START_TIMEOUT_MS);
    for (const command of commands.reverse()) await command.stop();
    await redis?.stop();
    await postgres?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it("waits for nothing that it does not name", () => {
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const name of Object.keys(depends_on)) assert.ok(compose.services[name], name);
    }
  });

  it("names commands that make an exchange: a trade settles over Redis", async function trade() {
    this.timeout(START_TIMEOUT_MS);
    const deployment = deploymentSchema.parse(
      JSON.parse(await readFile(join(folder, "deployment.json"), "utf8")),
    );
    const trade = await seedMarkets({
      apiUrl: `http://127.0.0.1:${ports.api}`,
      rpcUrl: `http://127.0.0.1:${ports.chain}`,
      deployment,
    });
    assert.ok(trade);
    assert.match(trade.transactionHash, /^0x[0-9a-f]{64}$/);
  });

  it("lets every api replica serve the same book and session", async () => {
    const signer = privateKeyToAccount(DEV_ACCOUNTS.marketMaker.privateKey);
    const one = await connect(`http://127.0.0.1:${ports.api}`, { signer });
    const other = await connect(`http://127.0.0.1:${ports.replica}`);
    const [book, twin] = [await one.getBook("eth-75-up"), await other.getBook("eth-75-up")];
    assert.ok(book.bids.length > 0);
    assert.deepEqual([twin.seq, twin.checksum, twin.bids], [book.seq, book.checksum, book.bids]);
    const { token } = await one.signIn();
    const reply = await fetch(`http://127.0.0.1:${ports.replica}/v1/auth/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(reply.status, 200);
    one.close();
    other.close();
  });

  it("loses no order when the engine is killed and started again", async function kill() {
    this.timeout(START_TIMEOUT_MS);
    const signer = privateKeyToAccount(DEV_ACCOUNTS.marketMaker.privateKey);
    const maker = await connect(`http://127.0.0.1:${ports.api}`, {
      signer,
      retry: { maxAttempts: 60, maxDelayMs: 1_000 },
    });
    await maker.signIn();
    const order = { market: "eth-75-up", outcome: "YES", side: "BUY", quantity: "5" } as const;
    const { order: placed } = await maker.placeOrder({ ...order, price: "0.02" });
    const engine = commands.find(({ text }) => text === "npm run engine");
    assert.ok(engine);
    await engine.kill();
    start("engine");
    // Refused or unanswered until the new engine serves; a signed order may be sent again and again.
    const { order: later } = await maker.placeOrder({ ...order, price: "0.03" });
    assert.equal(later.status, "open");
    assert.equal((await maker.getOrder(placed.hash)).order.status, "open");
    maker.close();
  });
});
