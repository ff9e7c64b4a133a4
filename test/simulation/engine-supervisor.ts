import { privateKeyToAccount } from "viem/accounts";
import { type EngineConfig, engineConfigSchema } from "../../offchain-engine/config.ts";
import { KNOWN_HASH_KEY } from "../../offchain-engine/core/keyed-hash.ts";
import { type Engine, startEngine } from "../../offchain-engine/engine.ts";
import type { SnapshotThread } from "../../offchain-engine/snapshot/snapshot-thread.ts";
import { type TakenState, writeSnapshot } from "../../offchain-engine/snapshot/write-snapshot.ts";
import { createLog } from "../../platform/log.ts";
import { createMetrics } from "../../platform/metrics.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { Host, type World } from "./host.ts";
import type { ModelBus } from "./model-bus.ts";
import type { ModelPostgres } from "./model-postgres.ts";
import type { ModelRpc } from "./model-rpc.ts";
import { Violation } from "./scheduler.ts";

const OPERATOR_KEY = `0x${"0b".repeat(32)}` as const;
export const OPERATOR = privateKeyToAccount(OPERATOR_KEY).address;
const INFO = 30;
const WARN = 40;

/** What the engine runs in. */
export interface Surroundings {
  world: World;
  bus: ModelBus;
  postgres: ModelPostgres;
  rpc: ModelRpc;
  deployment: Deployment;
  maxUnsettledFills: number;
}

/** Sees to it that an engine runs: starts the next one after each that died, and a standby beside one that is cut off. */
export class EngineSupervisor {
  /** State hashes that engines told after a replay, by sequence. */
  readonly told: { seq: number; stateHash: string }[] = [];
  starts = 0;
  readonly #in: Surroundings;
  readonly #running = new Map<Host, Engine | null>();
  readonly #config: EngineConfig;
  /** With few, the tables are written by transactions of several statements. */
  readonly #maxStatementRows: number;
  readonly #mayDiffer: boolean;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
    this.#mayDiffer = surroundings.world.faults.deepReorg > 0;
    const { random } = surroundings.world.scheduler;
    this.#config = engineConfigSchema.parse({
      DATABASE_URL: "postgresql://model/agon",
      RPC_URL: "http://model",
      OPERATOR_PRIVATE_KEY: OPERATOR_KEY,
      ENGINE_MAX_UNSETTLED_FILLS: surroundings.maxUnsettledFills,
      ENGINE_RESTART_CANCEL_ONLY_MS: random.pick([0, 200, 2_000]),
      ENGINE_RESTART_POST_ONLY_MS: random.pick([0, 500, 4_000]),
      ENGINE_SNAPSHOT_EVERY: random.pick([0, 10, 40]),
      CHAIN_CONFIRMATIONS: 2,
      CHAIN_POLLING_MS: 500,
      SETTLEMENT_MAX_FILLS: random.pick([1, 3, 6]),
      SETTLEMENT_MAX_AGE_MS: random.pick([0, 200, 1_000]),
      SETTLEMENT_STUCK_MS: 8_000,
      RECONCILE_INTERVAL_MS: 4_000,
    });
    this.#maxStatementRows = random.pick([2, 2_000]);
  }

  get hosts(): Host[] {
    return [...this.#running.keys()];
  }

  start(): void {
    const { world, bus, postgres, rpc, deployment } = this.#in;
    const host = new Host(`engine ${++this.starts}`, world);
    world.scheduler.say(`${host.name} starts`);
    this.#running.set(host, null);
    host.onKilled(() => {
      this.#running.delete(host);
      this.#startLater();
    });
    const options = {
      config: this.#config,
      bus: bus.serverOf(host),
      pool: postgres.poolOf(host),
      deployment,
      log: this.#logOf(host),
      metrics: createMetrics({ service: "engine", processMetrics: false }),
      timers: host.timers,
      client: rpc.clientOf(host),
      writeSnapshot: (taken: TakenState) => snapshotThread(options.pool, taken),
      hashKey: KNOWN_HASH_KEY,
      projectorLimits: { maxStatementRows: this.#maxStatementRows },
    };
    startEngine(options).then(
      (engine) => this.#serves(host, engine),
      (error: Error) => host.kill(`it does not start: ${error.message}`),
    );
  }

  /** Ends one in order, as an operator's restart does. */
  stop(): void {
    const [host, engine] = [...this.#running].find(([, running]) => running !== null) ?? [];
    if (!host || !engine) return;
    this.#in.world.scheduler.say(`${host.name} is told to stop`);
    engine.stop().then(
      () => host.kill("it has stopped"),
      (error: Error) => host.kill(`it stops with ${error.message}`),
    );
  }

  #serves(host: Host, engine: Engine): void {
    if (!host.alive) return;
    this.#in.world.scheduler.say(`${host.name} serves`);
    this.#running.set(host, engine);
    void engine.failed.then((error) => host.kill(`it cannot go on: ${error.message}`));
  }

  #startLater(): void {
    const { scheduler } = this.#in.world;
    scheduler.after(100 + scheduler.random.below(3_000), "", () => {
      if (this.#running.size === 0) this.start();
    });
  }

  #logOf(host: Host) {
    const { scheduler } = this.#in.world;
    return createLog({
      service: "engine",
      destination: {
        write: (line) => {
          if (!host.alive) return;
          const { level, msg, ...fields } = JSON.parse(line);
          if (msg === "the journal is replayed") {
            this.told.push({ seq: fields.seq, stateHash: fields.stateHash });
          }
          if (level === "info" || level === INFO) return;
          const why = fields.err?.message ?? fields.sentence ?? "";
          const text = `${host.name} ${level >= WARN ? "" : level}: ${msg} ${why}`;
          scheduler.say(text.split("\n")[0] as string);
          if (msg === "settlement halted")
            scheduler.fail(new Violation(`settlement halted: ${why}`));
          // Until the engine has followed a deep reorganisation, they do; at the end they must not.
          if (msg === "engine and chain differ" && !this.#mayDiffer) {
            scheduler.fail(new Violation(`engine and chain differ: ${fields.differences?.[0]}`));
          }
        },
      },
    });
  }
}

/** Writes what the engine's thread would write; the bytes stay as they are meanwhile. */
function snapshotThread(pool: Pool, taken: TakenState): SnapshotThread {
  async function write(): Promise<string> {
    const client = await pool.connect();
    try {
      return await writeSnapshot(client, taken, KNOWN_HASH_KEY);
    } finally {
      client.release();
    }
  }
  return { written: write(), stop: async () => {} };
}
