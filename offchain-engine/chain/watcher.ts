import type { Hex } from "viem";
import type { Log } from "../../platform/log.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { BlockCommand, BlockUndoneCommand } from "../../protocol/engine/command.ts";
import { backoffMs } from "./backoff.ts";
import type { ChainClient } from "./client.ts";
import { blockHashAt, chainMismatch } from "./deployment-identity.ts";
import type { ChainMetrics } from "./metrics.ts";
import { readBlocks } from "./read-blocks.ts";
import { type ChainPlace, SeenBlocks } from "./seen-blocks.ts";
import { createWaker } from "./waker.ts";

export interface StartChainWatcherParameters {
  client: ChainClient;
  deployment: Deployment;
  /** Blocks on top of a block before it counts. 0 on a chain that has no reorganisations. */
  confirmations: number;
  /** The first block that the engine has not taken: its last block + 1, or the deployment's block. */
  fromBlock: number;
  /**
   * The blocks that the engine has taken and can undo, newest first, and after them the one before (its hash
   * null when there is none): a reorganisation that reaches below that one ends the watcher.
   */
  takenBlocks(): readonly ChainPlace[];
  pollingIntervalMs: number;
  /**
   * The newest block taken must be no older than this for the watcher to count as current: a node may
   * answer and yet have lost its network. Infinity on a chain whose blocks come only when needed.
   */
  maxHeadAgeMs: number;
  /**
   * Takes a block, or undoes the one taken last. A rejection (a full queue, say) is offered the same again;
   * once it resolves, `takenBlocks` has it.
   */
  submit(report: BlockCommand | BlockUndoneCommand): Promise<void>;
  /**
   * Whether the engine wants the newest block, of that unix time, though nothing happened in it: for its
   * time. Asked once for each newest block.
   */
  needsHeadBlock(timestamp: number): boolean;
  log: Log;
  metrics: ChainMetrics;
  timers?: Timers;
}

/** Why a watcher ended: asked to, or because the chain is no longer the one that the engine followed. */
export type WatcherEnd =
  | { reason: "stopped" }
  | { reason: "chain_mismatch" | "reorganised"; sentence: string };

type BrokenChain = Exclude<WatcherEnd, { reason: "stopped" }>;

export interface ChainWatcher {
  /** The last block up to which everything was submitted. */
  head(): number;
  /**
   * When (by the process's own time, ms) everything that the chain then had was last submitted, the newest of it no older
   * than `maxHeadAgeMs`; 0 before the first time.
   */
  currentAtMs(): number;
  stop(): Promise<void>;
  /** Resolves when the watcher has ended; never rejects. */
  ended: Promise<WatcherEnd>;
}

const LONGEST_RANGE_BLOCKS = 2_000;

/**
 * Follows the exchange's contract and submits each block in which it emitted something, in order,
 * none skipped and none twice. Blocks that the chain loses again are undone. Outlives an RPC that fails or
 * lies still.
 */
export function startChainWatcher(parameters: StartChainWatcherParameters): ChainWatcher {
  const { timers = systemTimers } = parameters;
  const waker = createWaker(timers);
  const follower = new Follower(parameters);
  let stopping = false;
  let currentAtMs = 0;
  let wasFresh = true;

  function isCurrent(): boolean {
    const isFresh = timers.nowMs() - follower.headTimeMs <= parameters.maxHeadAgeMs;
    if (!isFresh && wasFresh) {
      const { head } = follower;
      parameters.log.warn({ head, headTimeMs: follower.headTimeMs }, "the chain's head is old");
    }
    wasFresh = isFresh;
    return isFresh && !follower.behind;
  }

  async function run(): Promise<WatcherEnd> {
    let failures = 0;
    while (!stopping) {
      try {
        const end = await follower.advance(() => stopping);
        if (end) {
          parameters.log.error({ reason: end.reason }, end.sentence);
          return end;
        }
        failures = 0;
        if (isCurrent()) currentAtMs = timers.elapsedMs();
        if (!stopping) await waker.rest(parameters.pollingIntervalMs);
      } catch (error) {
        failures++;
        parameters.metrics.rpcErrors.inc({ reader: "watcher" });
        parameters.log.warn({ err: error, failures }, "the chain could not be read; trying again");
        if (!stopping) await waker.rest(backoffMs(failures));
      }
    }
    return { reason: "stopped" };
  }

  const ended = run();
  return {
    head: () => follower.head,
    currentAtMs: () => currentAtMs,
    ended,
    async stop() {
      stopping = true;
      waker.wake();
      await ended;
    },
  };
}

/** Where the watcher stands. `advance` throws on anything that trying again may mend. */
class Follower {
  head: number;
  /** The time of block `head`, unix ms; 0 before a block was read. */
  headTimeMs = 0;
  /** Whether the node's chain ends before `head`: it lost blocks that we took, or has not seen them yet. */
  behind = false;
  readonly #seen = new SeenBlocks();
  #identified = false;
  #rangeBlocks = LONGEST_RANGE_BLOCKS;
  readonly #parameters: StartChainWatcherParameters;

  constructor(parameters: StartChainWatcherParameters) {
    this.#parameters = parameters;
    this.head = parameters.fromBlock - 1;
  }

  async advance(stopping: () => boolean): Promise<BrokenChain | null> {
    const { client, confirmations, metrics } = this.#parameters;
    const tip = Number(await client.getBlockNumber({ cacheTime: 0 }));
    const confirmed = tip - confirmations;
    this.behind = tip < this.head;
    if (confirmed === this.head && this.#identified) return null;
    const broken = await this.#checkChain(tip);
    if (broken) return broken;
    this.#identified = true;
    while (this.head < confirmed && !stopping()) {
      await this.#takeRange(Math.min(confirmed, this.head + this.#rangeBlocks), confirmed);
      metrics.headBlock.set(this.head);
    }
    return null;
  }

  /** Looks whether the chain below us is still the one that we followed, and goes back to where it is. */
  async #checkChain(tip: number): Promise<BrokenChain | null> {
    const { client, deployment } = this.#parameters;
    // Where the chain is shorter than it was, an older block may tell that it is another one.
    const known = this.#known().find(({ number }) => number <= tip);
    const now = known ? await blockHashAt(client, known.number) : null;
    if (this.#identified && (!known || now === known.hash)) return null;

    const mismatch = await chainMismatch(client, deployment);
    if (mismatch) return { reason: "chain_mismatch", sentence: mismatch };
    // A missing block proves nothing: a node behind the one that we asked before has not seen it yet.
    if (!known || now === known.hash || now === null) return null;
    return this.#goBack(known, now);
  }

  /** Undoes, newest first, what the engine took of blocks that the chain has no more. */
  async #goBack(known: ChainPlace, now: string): Promise<BrokenChain | null> {
    const { submit, takenBlocks, log, metrics } = this.#parameters;
    const ancestor = await this.#findAncestor(known.number);
    if (ancestor === null) {
      const sentence =
        `Block ${known.number} was reorganised from ${known.hash} to ${now}, and so was every block before it that ` +
        "the engine can undo (CHAIN_MAX_REORG_BLOCKS). Rebuild the engine's state from the chain.";
      return { reason: "reorganised", sentence };
    }
    const undone = takenBlocks()
      .slice(0, -1)
      .filter(({ number }) => number > ancestor);
    const facts = { from: this.head, to: ancestor, undone: undone.length };
    log.warn(facts, "the chain was reorganised; what is gone is undone");
    metrics.reorganisations.inc();
    for (const { number, hash } of undone) {
      await submit({ kind: "block_undone", number, hash: hash as Hex });
      // At once: should the next be refused and the chain turn back, this one is to be taken again.
      this.#stepBackTo(number - 1);
    }
    this.#stepBackTo(ancestor);
    return null;
  }

  #stepBackTo(number: number): void {
    this.#seen.dropAfter(number);
    this.head = number;
    this.#parameters.metrics.headBlock.set(number);
  }

  /**
   * The last block that both chains have, as far as blocks that we know tell; null when the engine cannot go
   * back so far. @throws an `Error` when the node does not have a block that low.
   */
  async #findAncestor(below: number): Promise<number | null> {
    const { client, deployment, takenBlocks } = this.#parameters;
    const lowest = takenBlocks().at(-1);
    for (const { number, hash } of this.#known()) {
      if (number >= below) continue;
      // Seen long ago, it may be on both chains, but what was taken after it could not be undone.
      if (lowest && lowest.hash !== null && number < lowest.number) return null;
      const now = await blockHashAt(client, number);
      if (now === null) throw new Error(`Block ${number} is missing.`);
      if (now === hash) return number;
    }
    // Before the first block that was ever taken there is nothing to undo; the deployment's own is certain.
    return lowest?.hash === null ? deployment.deployBlock - 1 : null;
  }

  /** Every block of which we know the hash, newest first. */
  #known(): ChainPlace[] {
    const taken = this.#parameters.takenBlocks().filter(({ hash }) => hash !== null);
    const seen = this.#seen.newestFirst().filter(({ number }) => number <= this.head);
    const byNumber = new Map([...taken, ...seen].map((place) => [place.number, place]));
    return [...byNumber.values()].sort((a, b) => b.number - a.number);
  }

  async #takeRange(toBlock: number, confirmed: number): Promise<void> {
    const { deployment, submit, needsHeadBlock } = this.#parameters;
    for (const block of await this.#readRange(toBlock)) {
      const isHead = block.number === confirmed && block.number >= deployment.deployBlock;
      const isNews = block.events.length > 0 || (isHead && needsHeadBlock(block.timestamp));
      if (isNews) await submit(block);
      this.#moveTo(block);
    }
  }

  /** Providers bound a range in their own ways, so a range that fails is tried smaller. */
  async #readRange(toBlock: number): Promise<BlockCommand[]> {
    const { client, deployment } = this.#parameters;
    try {
      const blocks = await readBlocks(client, deployment.exchange, this.head + 1, toBlock);
      this.#rangeBlocks = Math.min(LONGEST_RANGE_BLOCKS, this.#rangeBlocks * 2);
      await this.#checkBelow();
      return blocks;
    } catch (error) {
      this.#rangeBlocks = Math.max(1, Math.floor(this.#rangeBlocks / 2));
      throw error;
    }
  }

  /** Blocks of another chain must not be put on top of those that it does not have. */
  async #checkBelow(): Promise<void> {
    const [known] = this.#known();
    if (!known || (await blockHashAt(this.#parameters.client, known.number)) === known.hash) return;
    throw new Error(`Block ${known.number} was replaced while those after it were read.`);
  }

  #moveTo({ number, hash, timestamp }: BlockCommand): void {
    this.head = number;
    this.headTimeMs = timestamp * 1_000;
    this.#seen.add({ number, hash });
  }
}
