import type { Log } from "../../platform/log.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { BlockCommand } from "../../protocol/engine/command.ts";
import { backoffMs } from "./backoff.ts";
import type { ChainClient } from "./client.ts";
import { blockHashAt, chainMismatch } from "./deployment-identity.ts";
import type { ChainMetrics } from "./metrics.ts";
import { readBlocks } from "./read-blocks.ts";
import { createWaker } from "./waker.ts";

export interface StartChainWatcherParameters {
  client: ChainClient;
  deployment: Deployment;
  /** Blocks on top of a block before it counts. 0 on a chain that has no reorganisations. */
  confirmations: number;
  /** The first block that the engine has not taken: its last block + 1, or the deployment's block. */
  fromBlock: number;
  /** Hash of block `fromBlock − 1` as the engine took it, when it did: notices a reorganisation in between. */
  previousHash?: string | null;
  pollingIntervalMs: number;
  /**
   * The newest block taken must be no older than this for the watcher to count as current: a node may
   * answer and yet have lost its network. Infinity on a chain whose blocks come only when needed.
   */
  maxHeadAgeMs: number;
  /** Takes a block for good. A rejection (a full queue, say) is offered the same block again. */
  submit(block: BlockCommand): Promise<void>;
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
 * none skipped and none twice. Outlives an RPC that fails or lies still.
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
  #headHash: string | null;
  #identified = false;
  #rangeBlocks = LONGEST_RANGE_BLOCKS;
  readonly #parameters: StartChainWatcherParameters;

  constructor(parameters: StartChainWatcherParameters) {
    this.#parameters = parameters;
    this.head = parameters.fromBlock - 1;
    this.#headHash = parameters.previousHash ?? null;
  }

  async advance(
    stopping: () => boolean,
  ): Promise<Exclude<WatcherEnd, { reason: "stopped" }> | null> {
    const { client, confirmations, metrics } = this.#parameters;
    const tip = Number(await client.getBlockNumber({ cacheTime: 0 }));
    const confirmed = tip - confirmations;
    this.behind = tip < this.head;
    if (confirmed === this.head && this.#identified) return null;
    const broken = await this.#brokenChain();
    if (broken) return broken;
    this.#identified = true;
    while (this.head < confirmed && !stopping()) {
      await this.#takeRange(Math.min(confirmed, this.head + this.#rangeBlocks), confirmed);
      metrics.headBlock.set(this.head);
    }
    return null;
  }

  /** Looks whether the chain below us is still the one that we followed. */
  async #brokenChain(): Promise<Exclude<WatcherEnd, { reason: "stopped" }> | null> {
    const { client, deployment, confirmations } = this.#parameters;
    const known = this.#headHash;
    const now = known === null ? null : await blockHashAt(client, this.head);
    if (this.#identified && now === known) return null;

    const mismatch = await chainMismatch(client, deployment);
    if (mismatch) return { reason: "chain_mismatch", sentence: mismatch };
    // A missing block proves nothing: a node behind the one that we asked before has not seen it yet.
    if (now === known || now === null) return null;
    const sentence =
      `Block ${this.head} was reorganised from ${known} to ${now} after the engine had taken it with ` +
      `${confirmations} confirmations. Raise the confirmations, and rebuild the engine's state.`;
    return { reason: "reorganised", sentence };
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
      return blocks;
    } catch (error) {
      this.#rangeBlocks = Math.max(1, Math.floor(this.#rangeBlocks / 2));
      throw error;
    }
  }

  #moveTo({ number, hash, timestamp }: BlockCommand): void {
    this.head = number;
    this.headTimeMs = timestamp * 1_000;
    this.#headHash = hash;
  }
}
