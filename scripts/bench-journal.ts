/**
 * Durable commands a second of the real journal writer, and how long an acknowledgement takes, beside what
 * the same server does with bare COPY and unnest; then signed orders, verified, matched and durable. The tables
 * follow the acknowledgements: each run ends when they have caught up, `sustained` is the rate until then,
 * `behind` by how many commands they trailed at the last acknowledgement, and the CPU is that of both. The last
 * line is JSON. `node scripts/bench-journal.ts [--orders 20000] [--rounds 3] [--group 512]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { createOrderVerifier, type OrderVerifier } from "../api/signature/order-verifier.ts";
import { createLog } from "../platform/log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../platform/postgres/embedded.ts";
import { exchangeDomain } from "../protocol/order-hash.ts";
import { DEPLOYMENT } from "../test/offchain-engine/journal/fixtures.ts";
import {
  type BareWriter,
  CREATE_BARE_TABLE,
  journalEntries,
  writeCopy,
  writeUnnest,
} from "./bench-journal/bare-writers.ts";
import { ownCpuSeconds, serverCpuSeconds } from "./bench-journal/cpu-time.ts";
import { drive, median, pace, quantile } from "./bench-journal/drive.ts";
import { type EngineRig, placeCommand, startRig } from "./bench-journal/engine-rig.ts";
import { createWallets, type SignedOrder, signOrders } from "./bench-journal/signed-orders.ts";
import { migrateDatabase } from "./migrate.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "20000" },
    rounds: { type: "string", default: "3" },
    group: { type: "string", default: "512" },
  },
});
const count = Number(values.orders);
const rounds = Number(values.rounds);
const group = Number(values.group);

const log = createLog({ service: "bench", level: "error" });
const folder = await mkdtemp(join(tmpdir(), "agon-bench-"));
const server = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log });
const wallets = createWallets();
const accounts = wallets.map(({ address }) => address);
const inline = await createVerifier(0);
const orders = signOrders(count, wallets, inline);
const commands = orders.map(placeCommand);

const figures = new Map<string, number[]>();
function note(name: string, figure: number): void {
  figures.set(name, [...(figures.get(name) ?? []), figure]);
}

function createVerifier(threads: number): Promise<OrderVerifier> {
  const domain = exchangeDomain(DEPLOYMENT.chainId, DEPLOYMENT.exchange);
  return createOrderVerifier({ domain, threads, maxQueued: 10_000, isNativeAllowed: true, log });
}

let databases = 0;

/** A database of its own from the migrated one; gives its URL. */
async function freshDatabase({ databaseUrl }: EmbeddedPostgres): Promise<string> {
  const name = `bench_${++databases}`;
  const client = new pg.Client(databaseUrl.replace(/\/agon$/, "/postgres"));
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE agon`);
  await client.query("CHECKPOINT");
  await client.end();
  return databaseUrl.replace(/\/agon$/, `/${name}`);
}

/** Runs `work` and notes what it cost, in microseconds of CPU for each order. */
async function costed(name: string, work: () => Promise<number>): Promise<void> {
  const ownBefore = ownCpuSeconds();
  const serverBefore = serverCpuSeconds(server.dataDir);
  note(`${name}_per_s`, await work());
  note(`${name} own CPU µs`, ((ownCpuSeconds() - ownBefore) * 1e6) / count);
  const serverAfter = serverCpuSeconds(server.dataDir);
  if (serverBefore === null || serverAfter === null) return;
  note(`${name} server CPU µs`, ((serverAfter - serverBefore) * 1e6) / count);
}

async function runBare(name: string, write: BareWriter): Promise<void> {
  const client = new pg.Client(await freshDatabase(server));
  await client.connect();
  await client.query(CREATE_BARE_TABLE);
  const entries = journalEntries(commands);
  await costed(name, async () => {
    const startMs = performance.now();
    for (let i = 0; i < count; i += group) await write(client, entries.slice(i, i + group));
    return count / ((performance.now() - startMs) / 1_000);
  });
  await client.end();
}

/** Commands that `send` puts in as fast as they are acknowledged, and what the tables make of it. */
async function driven(
  name: string,
  rig: EngineRig,
  send: (index: number) => Promise<void>,
): Promise<void> {
  await costed(name, async () => {
    const startMs = performance.now();
    const perSecond = await drive(count, send);
    note(`${name}_behind`, rig.behind());
    await rig.caughtUp();
    note(`${name}_sustained_per_s`, count / ((performance.now() - startMs) / 1_000));
    return perSecond;
  });
}

async function withRig(use: (rig: EngineRig) => Promise<void>): Promise<void> {
  const rig = await startRig(await freshDatabase(server), accounts, group);
  await use(rig);
  await rig.stop();
}

async function place(rig: EngineRig, index: number): Promise<void> {
  const command = commands[index];
  if (!command) throw new Error(`there is no order ${index}`);
  const result = await rig.sequencer.submit(command);
  if (!result.ok || !result.verdict.ok) throw new Error(JSON.stringify(result));
}

/** What the door does with a request, but for HTTP. */
async function admit(rig: EngineRig, verifier: OrderVerifier, index: number): Promise<void> {
  const { order, signature } = orders[index] as SignedOrder;
  const verified = await verifier.verify(order, signature);
  if (!verified.ok || !verified.signature.ok) throw new Error(JSON.stringify(verified));
  const { orderHash: hash, signature: recovered } = verified;
  const command = placeCommand({ order, signature: recovered.signature, hash });
  const result = await rig.sequencer.submit({ ...command, signer: recovered.signer });
  if (!result.ok || !result.verdict.ok) throw new Error(JSON.stringify(result));
}

async function runSigned(name: string, verifier: OrderVerifier): Promise<void> {
  await withRig((rig) => driven(name, rig, (i) => admit(rig, verifier, i)));
}

async function runVerification(name: string, verifier: OrderVerifier): Promise<void> {
  await costed(name, () =>
    drive(count, async (i) => {
      const { order, signature } = orders[i] as SignedOrder;
      await verifier.verify(order, signature);
    }),
  );
}

async function runRound(threads: OrderVerifier): Promise<void> {
  await runBare("bare_copy", writeCopy);
  await runBare("bare_unnest", writeUnnest);
  await withRig(async (rig) => {
    await driven("durable", rig, (i) => place(rig, i));
    note("fills an order", rig.fills() / count);
  });
  await withRig(async (rig) => {
    const half = (figures.get("durable_per_s")?.at(-1) ?? 0) / 2;
    const latenciesMs = await pace(count, half, (i) => place(rig, i));
    note("ack_behind", rig.behind());
    await rig.caughtUp();
    note("ack_p50_ms", quantile(latenciesMs, 0.5));
    note("ack_p99_ms", quantile(latenciesMs, 0.99));
  });
  await runVerification("verify_1", inline);
  await runVerification("verify_2w", threads);
  await runSigned("signed_durable_1", inline);
  await runSigned("signed_durable_2w", threads);
}

try {
  await migrateDatabase({ databaseUrl: server.databaseUrl });
  const threads = await createVerifier(2);
  const [cpu] = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  console.log(`${cpu?.model}, ${cpus().length} cores, ${memoryGib} GiB, Node ${process.version}`);
  console.log(
    `load of the machine before: ${loadavg()[0]?.toFixed(2)} running or waiting processes`,
  );
  console.log(
    `Medians of ${rounds} rounds of ${count} orders, committed in groups of up to ${group}\n`,
  );
  await runRound(threads);
  figures.clear(); // what ran before the compiler had seen all of it
  for (let round = 0; round < rounds; round++) await runRound(threads);
  await threads.stop();
  for (const [name, all] of figures) {
    const decimals = median(all) < 1_000 ? 2 : 0;
    const each = all.map((figure) => figure.toFixed(decimals)).join(", ");
    console.log(`${name.padEnd(32)}${median(all).toFixed(decimals).padStart(10)}   (${each})`);
  }
  const keys = [
    "durable_per_s",
    "bare_copy_per_s",
    "bare_unnest_per_s",
    "signed_durable_1_per_s",
    "signed_durable_2w_per_s",
    "ack_p50_ms",
    "ack_p99_ms",
    "durable_sustained_per_s",
    "signed_durable_1_sustained_per_s",
    "signed_durable_2w_sustained_per_s",
  ];
  const line = keys.map((key) => [key, Number(median(figures.get(key) ?? []).toFixed(2))]);
  console.log(JSON.stringify(Object.fromEntries(line)));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
