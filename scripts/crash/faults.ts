import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import type { RandomSource } from "../../test/offchain-engine/core/random-source.ts";
import type { CrashMode, ExchangeUnderCrash } from "./exchange-under-crash.ts";
import { reorganiseChain } from "./reorganise-chain.ts";

const SETTLING_PATIENCE_MS = 2_000;
const SETTLING_LOOK_MS = 2;
const LONGEST_WAIT_MS = 1_500;
const LONGEST_OUTAGE_MS = 1_200;
/** Longer than the api waits for the engine. */
const LONGEST_FREEZE_MS = 4_000;

/** One way in which the exchange can be hurt; resolves when the hurt is done, not when it is healed. */
type Fault = (exchange: ExchangeUnderCrash, random: RandomSource) => Promise<void>;

/** The engine is gone at the moment at which a batch is on its way. */
async function killEngineWhileSettling({ engine, pool }: ExchangeUnderCrash): Promise<void> {
  const deadline = Date.now() + SETTLING_PATIENCE_MS;
  while (Date.now() < deadline) {
    const { rowCount } = await pool
      .query("SELECT 1 FROM engine.batches WHERE status IN ('prepared', 'submitted') LIMIT 1")
      .catch(() => ({ rowCount: 0 }));
    if (rowCount) break;
    await delay(SETTLING_LOOK_MS);
  }
  await engine.kill();
}

/** Killed, and killed again somewhere in its start. */
async function killEngineTwice(
  { engine }: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  await engine.kill();
  await delay(200 + random.below(2_000));
  await engine.kill();
}

/** An outage of the chain, with requests cut in the middle. */
async function cutChain({ chainWay }: ExchangeUnderCrash, random: RandomSource): Promise<void> {
  chainWay.cut();
  await delay(random.below(LONGEST_OUTAGE_MS));
  chainWay.mend();
}

/** A commit that takes so long that nobody waits for it any more, and is durable all the same. */
async function freezeJournal(
  { postgres }: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  const thaw = await postgres.freezeBackend();
  await delay(random.below(LONGEST_FREEZE_MS));
  thaw();
}

/** Deaf, and robbed of the journal meanwhile: it wakes up, believing that it is the engine. */
async function robFrozenEngine(
  { engine, postgres }: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  engine.freeze();
  await delay(random.below(300));
  await postgres.endBackend();
  await delay(random.below(LONGEST_FREEZE_MS));
  engine.thaw();
}

/** The engine starts while the chain is away. */
async function killEngineAndCutChain(
  exchange: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  exchange.chainWay.cut();
  await exchange.engine.kill();
  await delay(random.below(LONGEST_OUTAGE_MS));
  exchange.chainWay.mend();
}

/** With its append-only file, as docker-compose.yml runs it. */
async function killRedis({ redis }: ExchangeUnderCrash, random: RandomSource): Promise<void> {
  if (!redis) return;
  await redis.kill();
  await delay(random.below(LONGEST_OUTAGE_MS));
  await redis.restart();
}

/** Not dead but deaf: requests wait in Redis, some beyond their senders' patience. */
async function freezeEngine({ engine }: ExchangeUnderCrash, random: RandomSource): Promise<void> {
  engine.freeze();
  await delay(random.below(LONGEST_FREEZE_MS));
  engine.thaw();
}

/** It forgets all: requests, replies, events, who is alive. */
async function emptyRedis({ redis }: ExchangeUnderCrash): Promise<void> {
  if (!redis) return;
  const connection = new Redis(redis.url, { maxRetriesPerRequest: 0 });
  connection.on("error", () => {});
  await connection.flushall().catch(() => {});
  connection.disconnect();
}

async function killServers({ engine, api }: ExchangeUnderCrash): Promise<void> {
  await Promise.all([engine.kill(), api.kill()]);
}

/** The engine starts while the database does. */
async function killEngineAndPostgres({ engine, postgres }: ExchangeUnderCrash): Promise<void> {
  await Promise.all([engine.kill(), postgres.killServer()]);
}

/** Everything that can be started again, at once: the machine lost its power, but for the disk. */
async function killEverything(exchange: ExchangeUnderCrash, random: RandomSource): Promise<void> {
  const { engine, api, postgres } = exchange;
  await Promise.all([
    engine.kill(),
    api.kill(),
    postgres.killServer(),
    killRedis(exchange, random),
    cutChain(exchange, random),
  ]);
}

const FAULTS: Readonly<Record<string, Fault>> = {
  engine: ({ engine }) => engine.kill(),
  "engine-settling": killEngineWhileSettling,
  "engine-twice": killEngineTwice,
  "engine-frozen": freezeEngine,
  "engine-robbed": robFrozenEngine,
  api: ({ api }) => api.kill(),
  servers: killServers,
  postgres: ({ postgres }) => postgres.killServer(),
  "postgres-backend": ({ postgres }) => postgres.killBackend(),
  "journal-backend": ({ postgres }) => postgres.endBackend(),
  "journal-frozen": freezeJournal,
  "engine+postgres": killEngineAndPostgres,
  chain: cutChain,
  "engine+chain": killEngineAndCutChain,
  redis: killRedis,
  "redis-emptied": emptyRedis,
  everything: killEverything,
  reorganisation: reorganiseChain,
};

/** A fault and when it comes, counted from the round's start or from the fault before it. */
export interface PlannedFault {
  name: string;
  afterMs: number;
}

/** What is the same as another fault, or as nothing, where engine and api are one process. */
const ONLY_APART = ["api", "servers", "redis", "redis-emptied"];
const ONLY_CLUSTER = ["reorganisation"];

/** One fault or two of a round. Every kind comes in turn, so that few rounds miss none by chance. */
export function planFaults(mode: CrashMode, random: RandomSource, round: number): PlannedFault[] {
  const all = Object.keys(FAULTS);
  const left = [...(mode === "one" ? ONLY_APART : []), ...(mode === "cluster" ? [] : ONLY_CLUSTER)];
  const names = all.filter((name) => !left.includes(name));
  // Five has no common divisor with the number of faults: eighteen, seventeen or thirteen.
  const planned = [{ name: names[(round * 5) % names.length] as string, afterMs: 0 }];
  if (random.chance(40)) planned.push({ name: random.pick(names), afterMs: 0 });
  // Blocks get lost beside whatever else goes wrong.
  if (mode === "cluster" && random.chance(50)) planned.push({ name: "reorganisation", afterMs: 0 });
  return planned.map(({ name }) => ({ name, afterMs: random.below(LONGEST_WAIT_MS) }));
}

/** Hurts the exchange as planned, under whatever load it has. */
export async function inflict(
  planned: readonly PlannedFault[],
  exchange: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  for (const { name, afterMs } of planned) {
    await delay(afterMs);
    await (FAULTS[name] as Fault)(exchange, random);
  }
}
