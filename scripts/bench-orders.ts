/**
 * Signed orders a second over real HTTP, each durable before its reply, beside a bare Koa route that parses the
 * same JSON; batches of 100 beside signature recovery alone on the same cores; streams to many sockets beside
 * bare `ws`. Everything runs on this machine: client, server and PostgreSQL share its cores. The last line is
 * JSON. `node scripts/bench-orders.ts [--orders 19200] [--rounds 3] [--connections 64] [--clients 1000,5000]`;
 * `--profile FOLDER` has every child leave a CPU profile there.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { createOrderVerifier } from "../api/signature/order-verifier.ts";
import { createLog } from "../platform/log.ts";
import { startEmbeddedPostgres } from "../platform/postgres/embedded.ts";
import { exchangeDomain } from "../protocol/order-hash.ts";
import { ORDER_BATCH_MAX } from "../protocol/wire/order.ts";
import { DEPLOYMENT } from "../test/offchain-engine/journal/fixtures.ts";
import { serverCpuSeconds } from "./bench-journal/cpu-time.ts";
import { drive, median } from "./bench-journal/drive.ts";
import { createWallets, type SignedOrder, signOrders } from "./bench-journal/signed-orders.ts";
import type { ExchangeTerms } from "./bench-orders/exchange-under-load.ts";
import { measureFanOut } from "./bench-orders/fan-out.ts";
import type { Load, LoadResult } from "./bench-orders/load.ts";
import { childCpuSeconds } from "./bench-orders/process-cpu.ts";
import { migrateDatabase } from "./migrate.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "19200" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    clients: { type: "string", default: "1000,5000" },
    profile: { type: "string" },
    threads: { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
  },
});
const count = Number(values.orders);
const rounds = Number(values.rounds);
const connections = Number(values.connections);
const signatureThreads = Number(values.threads);
/** Batches in flight: enough that the engine has a next one while it commits. */
const BATCH_CONNECTIONS = 4;
if (count % connections !== 0 || count % (BATCH_CONNECTIONS * ORDER_BATCH_MAX) !== 0) {
  throw new Error("--orders must be a multiple of --connections and of 400");
}

const log = createLog({ service: "bench", level: "error" });
const folder = await mkdtemp(join(tmpdir(), "agon-bench-"));
const server = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log });
const wallets = createWallets();
const accounts = wallets.map(({ address }) => address);
const singlesFile = join(folder, "singles.jsonl");
const batchesFile = join(folder, "batches.jsonl");

const figures = new Map<string, number[]>();
function note(name: string, figure: number): void {
  figures.set(name, [...(figures.get(name) ?? []), figure]);
}

function verifierOf(threads: number) {
  const domain = exchangeDomain(DEPLOYMENT.chainId, DEPLOYMENT.exchange);
  return createOrderVerifier({ domain, threads, maxQueued: 10_000, isNativeAllowed: true, log });
}

const profiling =
  values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];

/** Starts a script as a process of its own, with the flags that the exchange's processes run with. */
function start(script: URL): ChildProcess {
  return fork(fileURLToPath(script), { execArgv: ["--max-semi-space-size=32", ...profiling] });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  // A profile is written by a process that ends by itself.
  if (profiling.length > 0) child.disconnect();
  else child.kill("SIGKILL");
  await ended;
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  return url;
}

let databases = 0;

/** A database of its own from the migrated one; gives its URL. */
async function freshDatabase(): Promise<string> {
  const name = `bench_${++databases}`;
  const client = new pg.Client(server.databaseUrl.replace(/\/agon$/, "/postgres"));
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE agon`);
  await client.query("CHECKPOINT");
  await client.end();
  return server.databaseUrl.replace(/\/agon$/, `/${name}`);
}

async function startExchange(): Promise<{ child: ChildProcess; url: string }> {
  const child = start(new URL("./bench-orders/exchange-under-load.ts", import.meta.url));
  const terms: ExchangeTerms = { databaseUrl: await freshDatabase(), accounts, signatureThreads };
  const url = urlOf(child);
  child.send(terms);
  return { child, url: await url };
}

/** Puts the load on `target` and notes the CPU of each side, in microseconds an order. */
async function measure(name: string, target: ChildProcess, load: Load): Promise<LoadResult> {
  const client = start(new URL("./bench-orders/load.ts", import.meta.url));
  const serverBefore = serverCpuSeconds(server.dataDir) ?? 0;
  const targetBefore = await childCpuSeconds(target);
  const answer = once(client, "message");
  client.send(load);
  const [result] = (await answer) as [LoadResult];
  if (result.fault !== null) throw new Error(`${name}: ${result.fault}`);
  const perOrder = (seconds: number) => (seconds * 1e6) / count;
  note(`${name} server CPU µs`, perOrder((await childCpuSeconds(target)) - targetBefore));
  const databaseSeconds = (serverCpuSeconds(server.dataDir) ?? 0) - serverBefore;
  note(`${name} database CPU µs`, perOrder(databaseSeconds));
  note(`${name} client CPU µs`, perOrder(await childCpuSeconds(client)));
  note(`${name} p50 ms`, result.p50Ms);
  note(`${name} p99 ms`, result.p99Ms);
  await end(client);
  return result;
}

async function runBareKoa(): Promise<void> {
  const child = start(new URL("./bench-orders/bare-koa.ts", import.meta.url));
  const url = await urlOf(child);
  const { requestsPerSecond } = await measure("bare_koa", child, {
    url,
    path: "/",
    bodiesFile: singlesFile,
    connections,
    expectedStatus: 201,
  });
  note("bare_koa_per_s", requestsPerSecond);
  await end(child);
}

async function runSingles(): Promise<void> {
  const { child, url } = await startExchange();
  const { requestsPerSecond } = await measure("single", child, {
    url,
    path: "/v1/orders",
    bodiesFile: singlesFile,
    connections,
    expectedStatus: 201,
  });
  note("orders_per_s", requestsPerSecond);
  await assertAllTaken(url);
  await end(child);
}

async function runBatches(): Promise<void> {
  const { child, url } = await startExchange();
  const { requestsPerSecond } = await measure("batch", child, {
    url,
    path: "/v1/orders/batch",
    bodiesFile: batchesFile,
    connections: BATCH_CONNECTIONS,
    expectedStatus: 200,
  });
  note("batch_orders_per_s", requestsPerSecond * ORDER_BATCH_MAX);
  await assertAllTaken(url);
  await end(child);
}

/** Each order was accepted, and none twice: the api's own count says so. */
async function assertAllTaken(url: string): Promise<void> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const accepted = Number(/orders_total\{verdict="accepted".*\} (\d+)/.exec(text)?.[1]);
  if (accepted !== count) throw new Error(`${accepted} of ${count} orders were accepted`);
}

/** Messages a second to readers of one book, one a turn of the loop and ten, by the number of readers. */
async function runFanOut(): Promise<Record<string, number>> {
  const line: Record<string, number> = {};
  for (const clients of values.clients.split(",").filter(Boolean).map(Number)) {
    for (const { burst, api, bareWs } of await measureFanOut(clients, { rounds })) {
      const suffix = burst === 1 ? "" : `_burst_${burst}`;
      for (const [name, rate] of [
        [`fanout_${clients}${suffix}`, api],
        [`bare_ws_${clients}${suffix}`, bareWs],
      ] as const) {
        note(`${name} CPU µs`, rate.cpuMicrosPerMessage);
        note(`${name}_per_s`, rate.perSecond);
        line[`${name}_per_s`] = Math.round(rate.perSecond);
      }
    }
  }
  return line;
}

async function runRecovery(orders: readonly SignedOrder[]): Promise<void> {
  const verifier = await verifierOf(availableParallelism());
  const cpuBefore = process.cpuUsage();
  const perSecond = await drive(count, async (i) => {
    const { order, signature } = orders[i] as SignedOrder;
    await verifier.verify(order, signature);
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  note("recover CPU µs", (user + system) / count);
  note("recover_per_s", perSecond);
  await verifier.stop();
}

async function writeBodies(orders: readonly SignedOrder[]): Promise<void> {
  const bodies = orders.map(({ order, signature }) => ({ order, signature }));
  await writeFile(singlesFile, bodies.map((body) => JSON.stringify(body)).join("\n"));
  const batches: string[] = [];
  for (let i = 0; i < count; i += ORDER_BATCH_MAX) {
    batches.push(JSON.stringify({ orders: bodies.slice(i, i + ORDER_BATCH_MAX) }));
  }
  await writeFile(batchesFile, batches.join("\n"));
}

try {
  await migrateDatabase({ databaseUrl: server.databaseUrl });
  const orders = signOrders(count, wallets, await verifierOf(0));
  await writeBodies(orders);
  const [cpu] = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  console.log(`${cpu?.model}, ${cpus().length} cores, ${memoryGib} GiB, Node ${process.version}`);
  console.log(`load of the machine before: ${loadavg()[0]?.toFixed(2)}`);
  console.log(
    `Medians of ${rounds} rounds of ${count} orders: single over ${connections} connections, batches of ` +
      `${ORDER_BATCH_MAX} over ${BATCH_CONNECTIONS}; ${signatureThreads} thread(s) for signatures\n`,
  );
  for (let round = 0; round < rounds; round++) {
    await runBareKoa();
    await runSingles();
    await runBatches();
    await runRecovery(orders);
  }
  const fanOut = await runFanOut();
  for (const [name, all] of figures) {
    const decimals = median(all) < 1_000 ? 2 : 0;
    const each = all.map((figure) => figure.toFixed(decimals)).join(", ");
    console.log(`${name.padEnd(32)}${median(all).toFixed(decimals).padStart(10)}   (${each})`);
  }
  const figure = (name: string) => Number(median(figures.get(name) ?? []).toFixed(2));
  const line = {
    orders_per_s: figure("orders_per_s"),
    p50_ms: figure("single p50 ms"),
    p99_ms: figure("single p99 ms"),
    bare_koa_per_s: figure("bare_koa_per_s"),
    batch_orders_per_s: figure("batch_orders_per_s"),
    recover_per_s: figure("recover_per_s"),
    ...fanOut,
  };
  console.log(JSON.stringify(line));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
