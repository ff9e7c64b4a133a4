import assert from "node:assert/strict";
import type { BlockCommand, ChainEvent, Command } from "../../../protocol/engine/command.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import type { ModelChain } from "./model-chain.ts";
import type { Granted } from "./random-commands.ts";
import type { RandomSource } from "./random-source.ts";
import { shareAsset } from "./reference/reference-state.ts";

export interface ReorgOptions {
  /** Blocks that one may take back. */
  depth: number;
  /** Some transactions never come again. */
  loses: boolean;
  /** Users go on meanwhile. */
  interleaves: boolean;
}

/** What a reorganisation changes of the stream that it happens to. */
export interface ReorgHost {
  readonly fills: readonly FillView[];
  /** Not used yet. */
  readonly granted: Granted[];
  readonly everGranted: readonly Granted[];
  /** The last fill of each batch that was sent and has not settled. */
  readonly submittedBatches: number[];
  readonly markets: { marketId: number; isDecided: boolean }[];
  setPaused(isPaused: boolean): void;
  /** The next block. */
  block(events: ChainEvent[]): BlockCommand;
  /** The block of that number is gone. */
  undone(number: number): void;
  timeMs(): number;
}

interface PastBlock {
  block: BlockCommand;
  /** Brings the chain back to before it. */
  restore: () => void;
  /** The last fill that was settled after it. */
  settledThrough: number;
}

/** Takes the model chain's last blocks back now and then; their transactions come again in others. */
export class RandomReorgs {
  readonly #random: RandomSource;
  readonly #chain: ModelChain;
  readonly #options: ReorgOptions;
  readonly #host: ReorgHost;
  #past: PastBlock[] = [];
  #restore: () => void = () => {};
  #toUndo = 0;
  readonly #toRedo: ChainEvent[][] = [];

  constructor(random: RandomSource, chain: ModelChain, options: ReorgOptions, host: ReorgHost) {
    this.#random = random;
    this.#chain = chain;
    this.#options = options;
    this.#host = host;
  }

  get isReorganising(): boolean {
    return this.#toUndo > 0 || this.#toRedo.length > 0;
  }

  /** The next command of a reorganisation, or null when it is another's turn. */
  next(): Command | null {
    if (!this.isReorganising) {
      this.#restore = this.#chain.save();
      if (this.#past.length === 0 || !this.#random.chance(3)) return null;
      this.#toUndo = this.#random.between(1, this.#past.length);
    } else if (this.#options.interleaves && this.#random.chance(50)) {
      return null;
    }
    return this.#toUndo > 0 ? this.#undo() : this.#redo();
  }

  /** A block that the chain has, whose events it has done. */
  note(block: BlockCommand): void {
    const { settledThrough } = this.#chain;
    this.#past.push({ block, restore: this.#restore, settledThrough });
    this.#past = this.#past.filter((one) => one.block.number > block.number - this.#options.depth);
  }

  #undo(): Command {
    this.#toUndo--;
    const past = this.#past.pop();
    assert.ok(past);
    const { number, hash, events } = past.block;
    this.#toRedo.unshift(events);
    past.restore();
    for (const event of events) this.#undoEvent(event, past.settledThrough);
    this.#host.undone(number);
    return { kind: "block_undone", number, hash };
  }

  #undoEvent(event: ChainEvent, settledThrough: number): void {
    const { granted, everGranted, markets, setPaused, submittedBatches } = this.#host;
    if (event.type === "batch_settled") submittedBatches.unshift(settledThrough);
    if (event.type === "trading_paused") setPaused(false);
    if (event.type === "trading_resumed") setPaused(true);
    if (event.type === "market_resolved") setDecided(markets, event.marketId, false);
    if (event.type !== "withdrawn" && event.type !== "shares_exported") return;
    const used = everGranted.find((one) => isUse(event, one));
    if (used) granted.push(used);
  }

  #redo(): Command {
    const events = this.#toRedo.shift() ?? [];
    this.#restore = this.#chain.save();
    return this.#host.block(events.flatMap((event) => this.#again(event)));
  }

  /** The event as it comes again, done by the chain; none when its transaction does not, or cannot. */
  #again(event: ChainEvent): ChainEvent[] {
    const { fills, submittedBatches, markets, setPaused } = this.#host;
    switch (event.type) {
      case "batch_settled": {
        const { settledThrough } = this.#chain;
        const sent = fills.slice(settledThrough, submittedBatches.shift());
        const refused = event.skipped.map(({ fillIndex }) => sent[fillIndex]?.fillSeq);
        return [this.#chain.settle(sent, ({ fillSeq }) => refused.includes(fillSeq))];
      }
      case "trading_paused":
      case "trading_resumed":
        setPaused(event.type === "trading_paused");
        return [event];
      case "market_resolved":
        setDecided(markets, event.marketId, true);
        return [event];
      case "market_created":
      case "market_proposed":
        return [event];
      default: {
        const isLost = this.#options.loses && this.#random.chance(25);
        if (isLost || !this.#isPossible(event)) return [];
        return this.#chain.apply(event, fills.length) ? [event] : [];
      }
    }
  }

  #isPossible(event: ChainEvent): boolean {
    switch (event.type) {
      case "withdrawn":
      case "shares_exported":
        return this.#isPayable(event);
      case "redeemed": {
        const held = (outcome: 0 | 1) =>
          this.#chain.held(event.account, shareAsset(event.marketId, outcome)).toString();
        return held(1) === event.yesLots && held(0) === event.noLots;
      }
      default:
        return true;
    }
  }

  #isPayable(event: Exit): boolean {
    const { granted, timeMs } = this.#host;
    const { asset, amount } = exitOf(event);
    if (this.#chain.held(event.account, asset) < amount) return false;
    if (event.releaseNonce === "0") return this.#chain.requests.has(`${event.account} ${asset}`);
    const index = granted.findIndex((one) => isUse(event, one));
    const release = granted[index];
    const isOver = this.#options.loses && release && release.deadline * 1000 < timeMs();
    if (!release || isOver) return false;
    granted.splice(index, 1);
    return true;
  }
}

type Exit = Extract<ChainEvent, { type: "withdrawn" | "shares_exported" }>;

function exitOf(event: Exit): { asset: string; amount: number } {
  return event.type === "withdrawn"
    ? { asset: "cash", amount: Number(event.amountMicro) }
    : { asset: shareAsset(event.marketId, event.outcome), amount: Number(event.quantityLots) };
}

/** Whether the exit is the one that was granted: nonces count by account. */
function isUse(event: Exit, { account, nonce }: Granted): boolean {
  return event.account === account && event.releaseNonce === nonce;
}

function setDecided(markets: ReorgHost["markets"], marketId: number, isDecided: boolean): void {
  for (const market of markets) if (market.marketId === marketId) market.isDecided = isDecided;
}
