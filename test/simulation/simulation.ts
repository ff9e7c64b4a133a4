import type { Address, Hex } from "viem";
import type { Deployment } from "../../protocol/deployment.ts";
import type { StatusReply } from "../../protocol/engine/request.ts";
import { address } from "../offchain-engine/core/driver.ts";
import { EngineSupervisor, OPERATOR } from "./engine-supervisor.ts";
import { drawFaults, noFaults } from "./faults.ts";
import type { World } from "./host.ts";
import { ModelBus } from "./model-bus.ts";
import { ModelChain } from "./model-chain.ts";
import { ModelPostgres } from "./model-postgres.ts";
import { ModelRpc } from "./model-rpc.ts";
import { demand, replayJournal } from "./oracle.ts";
import {
  verifyAcknowledgements,
  verifyAnchors,
  verifyChain,
  verifyExits,
  verifyStreams,
  verifyTables,
} from "./promises.ts";
import { Scheduler, turn } from "./scheduler.ts";
import { StreamFollower } from "./stream-follower.ts";
import { Trace } from "./trace.ts";
import { type Acknowledged, forgetOrders, Trader } from "./trader.ts";
import { Weather } from "./weather.ts";

/** How a run ended, and what happened in it. Plain data. */
export interface Outcome {
  seed: number;
  /** Which promise was broken; null when all held. */
  violation: string | null;
  /** Where that was noticed. */
  stack: string | null;
  /** The end of the trace, and a hash of all of it. */
  tail: string[];
  digest: string;
  acknowledged: number;
  fills: number;
  blocks: number;
  starts: number;
  gaps: number;
}

export interface SimulationOptions {
  seed: number;
  /** Hears each line of the trace. */
  onLine?: ((line: string) => void) | undefined;
}

/** How long users act and faults happen; in a long run, until exits that were asked for have long been paid. */
const TROUBLED_MS = 90_000;
const LONG_TROUBLED_MS = 320_000;
const LONG_RUNS_PERCENT = 20;
const DRAINED_WITHIN_MS = 310_000;
const EXIT_DELAY_SECONDS = 240;
const GRACE_SECONDS = 80;
const CONFIRMATIONS = 2;
const TRACE_TAIL = 150;
const TRADERS: readonly [string, string][] = [
  ["a1", "d1"],
  ["b2", "d2"],
  ["c3", "d3"],
  ["a4", "d4"],
];

const bytes32 = (byte: string): Hex => `0x${byte.repeat(32)}`;

/** One run: troubled for a while, then left alone until everything has come to its end, then held to every promise. */
export async function simulate({ seed, onLine }: SimulationOptions): Promise<Outcome> {
  forgetOrders();
  const simulation = new Simulation(seed, new Trace(TRACE_TAIL, onLine));
  const violation = await simulation.run();
  return simulation.outcome(violation);
}

class Simulation {
  readonly #seed: number;
  readonly #trace: Trace;
  readonly #scheduler: Scheduler;
  readonly #world: World;
  readonly #chain: ModelChain;
  readonly #postgres: ModelPostgres;
  readonly #bus: ModelBus;
  readonly #supervisor: EngineSupervisor;
  readonly #rpc: ModelRpc;
  readonly #deployment: Deployment;
  readonly #weather: Weather;
  readonly #traders: Trader[];
  readonly #followers: StreamFollower[];
  readonly #acknowledged: Acknowledged[] = [];
  readonly #markets: { marketId: number; closeTime: number }[] = [];
  /** Whether the exchange breaks its promise to settle what holds; then the engine has to correct itself. */
  readonly #skips: boolean;
  readonly #troubledMs: number;
  /** Whether batches of events get lost on their way. */
  readonly #losesEvents: boolean;
  #isTroubled = true;

  constructor(seed: number, trace: Trace) {
    this.#seed = seed;
    this.#trace = trace;
    this.#scheduler = new Scheduler(seed, trace);
    const { random } = this.#scheduler;
    const world: World = { scheduler: this.#scheduler, faults: drawFaults(random) };
    this.#world = world;
    this.#skips = world.faults.skip + world.faults.deepReorg > 0;
    this.#losesEvents = world.faults.eventLost > 0;
    const isLong = random.chance(LONG_RUNS_PERCENT);
    this.#troubledMs = isLong ? LONG_TROUBLED_MS : TROUBLED_MS;
    this.#chain = new ModelChain(world, { exitDelay: EXIT_DELAY_SECONDS, grace: GRACE_SECONDS });
    this.#deployment = deploymentOn(this.#chain);
    this.#postgres = new ModelPostgres(world);
    this.#bus = new ModelBus(world);
    const rpc = new ModelRpc(world, this.#chain, this.#deployment, OPERATOR);
    this.#rpc = rpc;
    const maxUnsettledFills = random.pick([12, 40, 1_000]);
    const parts = { bus: this.#bus, postgres: this.#postgres, rpc, deployment: this.#deployment };
    this.#supervisor = new EngineSupervisor({ world, ...parts, maxUnsettledFills });
    this.#weather = new Weather({
      world,
      chain: this.#chain,
      postgres: this.#postgres,
      rpc,
      supervisor: this.#supervisor,
      confirmations: CONFIRMATIONS,
    });
    const place = {
      world,
      bus: this.#bus,
      chain: this.#chain,
      marketIds: () => this.#markets.map(({ marketId }) => marketId),
      acknowledged: (one: Acknowledged) => this.#acknowledge(one),
      mayBreakReleases: this.#skips,
      pauseMs: isLong ? 5_400 : 1_800,
    };
    this.#traders = TRADERS.map(([a, d]) => new Trader(address(a), address(d), place));
    const accounts = this.#traders.map(({ account }) => account);
    this.#followers = [1, 2].map(() => new StreamFollower(world, this.#bus, accounts));
  }

  outcome(violation: Error | null): Outcome {
    return {
      seed: this.#seed,
      violation: violation?.message ?? null,
      stack: violation?.stack ?? null,
      tail: this.#trace.tail(),
      digest: this.#trace.digest(),
      acknowledged: this.#acknowledged.length,
      fills: this.#chain.head.exchange.judged.length,
      blocks: this.#chain.head.number,
      starts: this.#supervisor.starts,
      gaps: this.#followers.reduce((sum, { gaps }) => sum + gaps, 0),
    };
  }

  async run(): Promise<Error | null> {
    const onUnhandled = (error: unknown) => this.#scheduler.fail(error);
    process.on("unhandledRejection", onUnhandled);
    try {
      this.#open();
      await this.#scheduler.run(this.#troubledMs, () => false);
      this.#weather.clear();
      this.#world.faults = noFaults();
      this.#isTroubled = false;
      let isDrained = false;
      this.#scheduler.spawn(async () => {
        await this.#drain();
        isDrained = true;
      });
      const drainedByMs = this.#troubledMs + DRAINED_WITHIN_MS;
      const drained = await this.#scheduler.run(drainedByMs, () => isDrained);
      demand(drained, "the exchange does not come to rest after the faults have stopped");
      this.#verify();
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      await this.#end();
      process.off("unhandledRejection", onUnhandled);
    }
  }

  /** Lets go of all that the run holds in memory. */
  async #end(): Promise<void> {
    for (const host of this.#supervisor.hosts) host.alive = false;
    this.#rpc.close();
    await turn();
  }

  #open(): void {
    const { random, nowMs } = this.#scheduler;
    const now = Math.floor(nowMs / 1_000);
    this.#addMarket(now + 100_000, 0, 1);
    this.#addMarket(now + random.between(20, 80), 100, random.pick([1, 10]));
    for (const { account, delegate } of this.#traders) {
      this.#chain.send("deposit", (x) => x.deposit(account, 20_000_000));
      this.#chain.send("split", (x) => x.split(account, 1, 1_000));
      this.#chain.send("split", (x) => x.split(account, 2, 1_000));
      this.#chain.send("delegate", (x) => x.addDelegate(account, delegate));
    }
    // Deep enough that no reorganisation takes back what all else stands on.
    for (let block = 0; block <= CONFIRMATIONS; block++) this.#chain.mineAll();
    this.#weather.begin();
    this.#supervisor.start();
    for (const trader of this.#traders) {
      this.#scheduler.spawn(() => trader.trade(() => !this.#isTroubled));
    }
    this.#scheduler.spawn(() => this.#askStatus());
  }

  #addMarket(closeTime: number, takerFeeBps: number, priceStep: number): void {
    const marketId = this.#markets.length + 1;
    this.#markets.push({ marketId, closeTime });
    const name = `market ${marketId}`;
    this.#chain.send(name, (x) => x.createMarket(marketId, closeTime, takerFeeBps, priceStep));
  }

  /** Nothing is acknowledged before it is durable. */
  #acknowledge(one: Acknowledged): void {
    const { command, verdict } = one;
    this.#acknowledged.push(one);
    if (command.kind !== "place" || !verdict.ok) return;
    const { placed } = this.#postgres.tables;
    demand(
      placed.has(command.hash),
      `order ${Number(command.hash)} was acknowledged, but is not durable`,
    );
  }

  async #askStatus(): Promise<void> {
    while (this.#isTroubled) {
      await this.#scheduler.sleep(7_000);
      await this.#status(true);
    }
  }

  async #status(withStateHash = false): Promise<StatusReply> {
    for (;;) {
      const result = await this.#bus.request({ type: "status", withStateHash }, 3_000);
      if (result.ok && result.reply.type === "status") {
        const { seq, stateHash } = result.reply;
        if (stateHash !== null) this.#supervisor.told.push({ seq, stateHash });
        return result.reply;
      }
      await this.#scheduler.sleep(1_000);
    }
  }

  /** What users and operators do at the end of a day, until nothing is open any more. */
  async #drain(): Promise<void> {
    // A repeated request may still be on its way, and place an order that was refused at first.
    await this.#scheduler.sleep(5_000);
    await this.#until("every fill settles", ({ unsettledFills }) => unsettledFills === 0);
    for (const trader of this.#traders) {
      const verdict = await trader.cancelAll();
      demand(verdict.ok, "a trader cannot cancel");
    }
    for (const { marketId, closeTime } of this.#markets.slice(1))
      await this.#resolve(marketId, closeTime);
    for (const trader of this.#traders) trader.leave();
    const account = this.#traders[0]?.account as Address;
    const { hash } = this.#chain.send("last deposit", (x) => x.deposit(account, 1));
    await this.#minedAll();
    const number = this.#chain.find(hash, this.#chain.head.number)?.block.number ?? 0;
    await this.#until("the engine follows the chain", ({ lastBlock }) => lastBlock >= number);
    const asked = this.#scheduler.nowMs;
    await this.#until("engine and chain agree", ({ reconciliation }) => {
      return reconciliation?.ok === true && reconciliation.checkedAtMs > asked;
    });
    await this.#status(true);
    const { journal } = this.#postgres.tables;
    for (let before = -1; before !== journal.length; ) {
      before = journal.length;
      await this.#scheduler.sleep(2_000);
    }
  }

  async #resolve(marketId: number, closeTime: number): Promise<void> {
    while (this.#chain.head.timestamp <= closeTime + GRACE_SECONDS)
      await this.#scheduler.sleep(2_000);
    this.#chain.send(`resolve ${marketId}`, (x, now) => x.resolve(marketId, 700, now));
    await this.#minedAll();
    for (const { account } of this.#traders) {
      this.#chain.send("redeem", (x) => x.redeem(account, marketId));
    }
    await this.#minedAll();
  }

  async #minedAll(): Promise<void> {
    // One of the operator's may wait for a nonce that its next batch uses.
    const ofUsers = () => this.#chain.waiting.some(({ operator }) => operator === null);
    while (ofUsers()) await this.#scheduler.sleep(500);
  }

  async #until(what: string, holds: (status: StatusReply) => boolean): Promise<void> {
    this.#scheduler.say(`waiting: ${what}`);
    while (!holds(await this.#status())) await this.#scheduler.sleep(1_000);
  }

  #verify(): void {
    const { told } = this.#supervisor;
    const oracle = replayJournal(
      this.#postgres.tables,
      this.#deployment,
      new Set(told.map(({ seq }) => seq)),
    );
    for (const { seq, stateHash } of told) {
      if (seq === 0) continue;
      demand(
        oracle.stateHashes.get(seq) === stateHash,
        `the state hash at ${seq} is not the replay's`,
      );
    }
    verifyAcknowledgements(oracle, this.#acknowledged);
    const { exchange } = this.#chain.head;
    verifyChain(oracle, exchange, this.#skips);
    verifyAnchors(oracle, exchange, this.#postgres.tables);
    verifyExits(oracle, exchange);
    verifyStreams(oracle, this.#followers);
    const mayMiss = this.#losesEvents || this.#bus.resets > 0;
    const missed = this.#followers.some(({ gaps }) => gaps > 0);
    demand(mayMiss || !missed, "a subscriber missed a batch, though none was lost on its way");
    verifyTables(oracle, this.#postgres.tables);
    for (const { account } of this.#traders) {
      const open = oracle.core.account(account).openOrders;
      demand(open.length === 0, `order ${open[0]?.hash} is in no terminal state`);
    }
  }
}

function deploymentOn(chain: ModelChain): Deployment {
  return {
    chainId: 4_242,
    exchange: address("e1"),
    outcomeTokens: address("e2"),
    collateral: address("e3"),
    priceFeedResolver: address("e4"),
    optimisticResolver: address("e5"),
    roles: address("e6"),
    priceFeeds: {},
    deployBlock: 0,
    deployBlockHash: chain.head.hash ?? bytes32("00"),
    exitDelaySeconds: EXIT_DELAY_SECONDS,
    settlementGraceSeconds: GRACE_SECONDS,
  };
}
