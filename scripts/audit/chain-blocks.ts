import { type Address, hexToNumber, numberToHex } from "viem";
import type { ChainClient } from "../../offchain-engine/chain/client.ts";
import { readBlocks } from "../../offchain-engine/chain/read-blocks.ts";
import type { BlockCommand, BlockUndoneCommand } from "../../protocol/engine/command.ts";
import { scanBlocks } from "./scan-blocks.ts";

/** A block of the journal, and the entry that brought it. */
interface Taken {
  seq: number;
  block: BlockCommand;
}

/**
 * Holds the journal's blocks against the chain's own: the same events, none missing, none invented. A
 * block that the journal undoes later lay on a chain that is gone: so each is judged only once it is too
 * deep to be undone, or at the end.
 */
export class ChainBlocks {
  readonly #client: ChainClient;
  readonly #exchange: Address;
  #head = -1;
  #last: number;
  #blocks: AsyncIterator<BlockCommand> | null = null;
  #next: BlockCommand | null = null;
  /** Oldest first. */
  #pending: Taken[] = [];
  readonly #maxReorgBlocks: number;

  constructor(parameters: {
    client: ChainClient;
    exchange: Address;
    fromBlock: number;
    /** How deep the journal may undo blocks. */
    maxReorgBlocks: number;
  }) {
    this.#client = parameters.client;
    this.#exchange = parameters.exchange;
    this.#maxReorgBlocks = parameters.maxReorgBlocks;
    this.#last = parameters.fromBlock - 1;
  }

  /** Takes the journal's next block; gives what is to be said of those that are settled by it, each or null. */
  async take(seq: number, block: BlockCommand): Promise<(string | null)[]> {
    // The core takes no notice of one that is not newer than the last.
    if (block.number <= (this.#pending.at(-1)?.block.number ?? this.#last)) return [];
    this.#pending.push({ seq, block });
    return this.#judge(block.number - this.#maxReorgBlocks);
  }

  /** The journal undoes a block; false when it is not the last that it took. */
  undo({ number, hash }: BlockUndoneCommand): boolean {
    const last = this.#pending.at(-1)?.block;
    if (last?.number !== number || last.hash !== hash) return false;
    this.#pending.pop();
    return true;
  }

  /** What is to be said of the blocks that are left, each or null. */
  end(): Promise<(string | null)[]> {
    return this.#judge(Number.POSITIVE_INFINITY);
  }

  async #judge(through: number): Promise<(string | null)[]> {
    const sentences: (string | null)[] = [];
    for (let taken = this.#pending[0]; taken; taken = this.#pending[0]) {
      if (taken.block.number > through) break;
      this.#pending.shift();
      const sentence = await this.#compare(taken.block);
      sentences.push(sentence === null ? null : `at entry ${taken.seq} ${sentence}`);
    }
    return sentences;
  }

  async #compare(block: BlockCommand): Promise<string | null> {
    if (!(await this.#reach(block.number))) return `block ${block.number} is not on the chain`;
    const missing = await this.#skipTo(block.number);
    this.#last = block.number;
    if (missing !== null) {
      return `the journal lacks block ${missing}, in which the exchange emitted events`;
    }
    const found =
      this.#next?.number === block.number ? this.#next : await this.#header(block.number);
    const isSame = JSON.stringify(found) === JSON.stringify(block);
    return isSame ? null : `block ${block.number} is not the chain's`;
  }

  async #reach(number: number): Promise<boolean> {
    if (number <= this.#head) return true;
    const head = hexToNumber(await this.#client.request({ method: "eth_blockNumber" }));
    if (number > head) return false;
    const from = Math.max(this.#head, this.#last) + 1;
    const read = (first: number, last: number) =>
      readBlocks(this.#client, this.#exchange, first, last);
    const rest = this.#blocks;
    this.#blocks = concat(rest, scanBlocks(from, head, read));
    this.#head = head;
    return true;
  }

  /** Steps over older blocks; gives the first of them that has events. */
  async #skipTo(number: number): Promise<number | null> {
    let missing: number | null = null;
    while (this.#next === null || this.#next.number < number) {
      if (this.#next !== null && this.#next.number > this.#last && this.#next.events.length > 0) {
        missing ??= this.#next.number;
      }
      const { value, done } = (await this.#blocks?.next()) ?? { value: undefined, done: true };
      if (done) break;
      this.#next = value;
    }
    return missing;
  }

  /** A block in which the exchange emitted nothing. */
  async #header(number: number): Promise<BlockCommand | null> {
    const params = [numberToHex(number), false] as const;
    const header = await this.#client.request({
      method: "eth_getBlockByNumber",
      params: [...params],
    });
    if (!header?.hash) return null;
    const timestamp = hexToNumber(header.timestamp);
    return { kind: "block", number, hash: header.hash, timestamp, events: [] };
  }
}

async function* concat<Item>(
  first: AsyncIterator<Item> | null,
  second: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  for (let step = await first?.next(); step && !step.done; step = await first?.next()) {
    yield step.value;
  }
  yield* second;
}
