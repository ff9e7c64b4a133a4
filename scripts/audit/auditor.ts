import type { Hex } from "viem";
import { DEFAULT_LIMITS } from "../../offchain-engine/core/limits.ts";
import { drawHashKey } from "../../offchain-engine/draw-hash-key.ts";
import { type Core, createCore } from "../../offchain-engine/edge/core.ts";
import { chainHash } from "../../offchain-engine/journal/chain-hash.ts";
import type { Command } from "../../protocol/engine/command.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import type { JournalHead, PublishedEntry } from "../../protocol/wire/journal.ts";
import type { ChainBlocks } from "./chain-blocks.ts";
import { Check } from "./check.ts";
import { fillDifference, type JournalOrder } from "./compare-fill.ts";
import { PriorityWitness, type ReplayedCommand } from "./priority-witness.ts";
import type { SettledFill } from "./settled-batches.ts";
import type { SettledFeed } from "./settled-feed.ts";

/** A fill of the replay that the chain has not settled. */
interface Unsettled {
  fillSeq: number;
  timeMs: number;
}

/** What the audit demands, each with its first divergence. */
export interface Checks {
  hashes: Check;
  blocks: Check;
  replay: Check;
  anchors: Check;
  fills: Check;
  priority: Check;
  unsettled: Check;
}

/** Takes the journal entry by entry, and holds it against itself, the replay, the plain book and the chain. */
export class Auditor {
  readonly checks: Checks = {
    hashes: new Check("hashes", "entries chain by hash"),
    blocks: new Check("blocks", "blocks are the chain's, with all their events"),
    replay: new Check("replay", "commands replay"),
    anchors: new Check("anchors", "anchors of settled batches are the journal's hash"),
    fills: new Check("fills", "settled fills are the replay's, in order"),
    priority: new Check("priority", "fills took the best price, and of it the oldest order"),
    unsettled: new Check("unsettled", "fills are not settled yet, none of them for too long"),
  };
  readonly core: Core;
  lastSeq = 0;
  lastTimeMs = 0;
  readonly #feed: SettledFeed;
  readonly #blocks: ChainBlocks;
  readonly #witness: PriorityWitness;
  #hash: Buffer;
  #isReplaying = true;
  /** Fills of the replay so far, and of them how many the chain has. */
  #fills = 0;
  #settled = 0;
  #skipped = 0;
  #unsettled: Unsettled[] = [];
  #simulated = 0;
  #undone = 0;

  constructor(head: JournalHead, feed: SettledFeed, blocks: ChainBlocks) {
    const { chainId, limits, genesisHash } = head;
    this.core = createCore({ ...limits, chainId, hashKey: drawHashKey() });
    this.#witness = new PriorityWitness(this.checks.priority, { ...DEFAULT_LIMITS, ...limits });
    this.#hash = Buffer.from(genesisHash.slice(2), "hex");
    this.#feed = feed;
    this.#blocks = blocks;
  }

  /** The journal's next entry. @throws viem's errors when the chain does not answer. */
  async take(entry: PublishedEntry): Promise<void> {
    this.#takeHash(entry);
    const expected = this.lastSeq + 1;
    this.lastSeq = entry.seq;
    this.lastTimeMs = entry.timeMs;
    if (this.#isReplaying) await this.#replay(entry, expected);
    await this.#takeAnchors(entry.seq);
  }

  /** After the last entry: the blocks that were still undoable. @throws viem's errors. */
  async endBlocks(): Promise<void> {
    this.#judge(await this.#blocks.end());
  }

  /** After the last entry: `nowMs` by the chain, and how old a fill may be that has not settled. */
  end(nowMs: number, maxUnsettledMs: number): void {
    const { blocks, fills, replay, unsettled } = this.checks;
    if (this.#skipped > 0) fills.note += `; the contract skipped ${this.#skipped} of them`;
    if (this.#undone > 0) blocks.note += `; ${this.#undone} others were undone`;
    replay.note += ` to state ${this.core.stateHash()}`;
    if (this.#simulated > 0) unsettled.note += `; ${this.#simulated} were only simulated`;
    for (const { fillSeq, timeMs } of this.#unsettled) {
      const seconds = Math.floor((nowMs - timeMs) / 1_000);
      const isLate = nowMs - timeMs > maxUnsettledMs;
      unsettled.take(isLate ? `fill ${fillSeq} was matched ${seconds} s ago` : null);
    }
    const pending = this.#simulated > 0 && this.#feed.batchCount > 0;
    if (pending)
      unsettled.fail("fills were called simulated although the exchange settles on chain");
  }

  #judge(sentences: readonly (string | null)[]): void {
    for (const sentence of sentences) this.checks.blocks.take(sentence);
  }

  #takeHash({ seq, timeMs, payload, previousHash, hash }: PublishedEntry): void {
    const previous: Hex = `0x${this.#hash.toString("hex")}`;
    this.#hash = chainHash(this.#hash, seq, timeMs, payload);
    const own = `0x${this.#hash.toString("hex")}`;
    const follows = seq === this.lastSeq + 1;
    const sentence = follows
      ? `entry ${seq} does not hash to what it says`
      : `entry ${seq} follows entry ${this.lastSeq}`;
    this.checks.hashes.take(follows && previousHash === previous && hash === own ? null : sentence);
  }

  async #replay(entry: PublishedEntry, expected: number): Promise<void> {
    const replayed = this.#apply(entry, expected);
    if (replayed === null) return;
    const { seq, command } = replayed;
    if (command.kind === "block") this.#judge(await this.#blocks.take(seq, command));
    if (command.kind === "block_undone" && this.#blocks.undo(command)) this.#undone++;
    await this.#follow(replayed);
  }

  /** Null when the core refuses the entry: then nobody can replay it, and what follows would be guesswork. */
  #apply({ seq, timeMs, payload }: PublishedEntry, expected: number): ReplayedCommand | null {
    try {
      if (seq !== expected) throw new Error(`it follows entry ${expected - 1}`);
      const command: Command = JSON.parse(payload);
      const { orders, fills } = this.core.apply({ seq, timeMs, command }).changes;
      this.checks.replay.pass();
      return { seq, timeMs, command, orders, fills: command.kind === "place" ? fills : [] };
    } catch (error) {
      this.#isReplaying = false;
      this.checks.replay.fail(`entry ${seq} cannot be applied: ${(error as Error).message}`);
      return null;
    }
  }

  async #follow(replayed: ReplayedCommand): Promise<void> {
    const { seq, command } = replayed;
    this.#witness.begin(replayed);
    for (const fill of replayed.fills) await this.#takeFill(seq, command, fill);
    this.#witness.end(replayed);
    if (command.kind !== "batch_simulated") return;
    this.#simulated += command.lastFillSeq - command.firstFillSeq + 1;
    this.#unsettled = this.#unsettled.filter(({ fillSeq }) => fillSeq > command.lastFillSeq);
  }

  /** A fill of the replay, and what the chain settled in its place. */
  async #takeFill(seq: number, command: Command, fill: FillView): Promise<void> {
    const { fills, priority } = this.checks;
    const maker = this.#witness.find(fill.makerHash);
    const { quantityLots, yesPriceTicks } = fill;
    const claim = { maker, quantityLots, yesPriceTicks };
    this.#fills++;
    const settled = await this.#feed.nextFill();
    const doubts: (string | null)[] = [this.#witness.judge(claim)];
    if (settled === null) {
      this.#unsettled.push({ fillSeq: fill.fillSeq, timeMs: fill.timeMs });
    } else {
      this.#settled++;
      if (settled.data === null) this.#skipped++;
      const taker = command as JournalOrder & Command;
      const difference = maker ? fillDifference(settled, fill, taker, maker) : "its maker";
      const place = `fill ${fill.fillSeq} (entry ${seq}; batch ${settled.batchId}, fill ${settled.fillIndex})`;
      fills.take(difference === null ? null : `${place} differs: ${difference}`);
      if (difference !== null) doubts.push(this.#judgeSettled(command, settled));
    }
    const doubt = doubts.find((one) => one !== null) ?? null;
    priority.take(doubt === null ? null : `fill ${fill.fillSeq} (entry ${seq}): ${doubt}`);
    this.#witness.apply(claim);
  }

  /** What the chain settled in place of the replay's fill, by the plain book. */
  #judgeSettled(command: Command, { taker, maker, ...figures }: SettledFill): string | null {
    if (command.kind !== "place" || BigInt(command.order.nonce) !== taker.order.nonce) return null;
    const resting = this.#witness.findLane(maker.order.maker, maker.order.nonce);
    return this.#witness.judge({ maker: resting, ...figures });
  }

  async #takeAnchors(seq: number): Promise<void> {
    const { anchors, fills } = this.checks;
    for (;;) {
      const anchor = await this.#feed.peekAnchor();
      if (anchor === null || anchor.journalSeq > seq) return;
      this.#feed.takeAnchor();
      const { batchId, journalSeq, journalHash, lastFill } = anchor;
      const own = `0x${this.#hash.toString("hex")}`;
      const holds = journalSeq === seq && journalHash === own;
      anchors.take(holds ? null : `batch ${batchId} anchors another hash of entry ${journalSeq}`);
      if (this.#isReplaying && this.#settled < lastFill) {
        const more = `${lastFill - this.#fills} fills more than the journal has by entry ${journalSeq}`;
        fills.fail(`batch ${batchId} settles ${more}`);
      }
    }
  }
}
