import { type Address, hexToNumber, numberToHex } from "viem";
import type { ChainClient } from "../../offchain-engine/chain/client.ts";
import { readBlocks } from "../../offchain-engine/chain/read-blocks.ts";
import type { BlockCommand } from "../../protocol/engine/command.ts";
import { scanBlocks } from "./scan-blocks.ts";

/** Holds the journal's blocks against the chain's own: the same events, none missing, none invented. */
export class ChainBlocks {
  readonly #client: ChainClient;
  readonly #exchange: Address;
  #head = -1;
  #last: number;
  #blocks: AsyncIterator<BlockCommand> | null = null;
  #next: BlockCommand | null = null;

  constructor(client: ChainClient, exchange: Address, fromBlock: number) {
    this.#client = client;
    this.#exchange = exchange;
    this.#last = fromBlock - 1;
  }

  /** What is wrong with the journal's next block, or null. */
  async compare(block: BlockCommand): Promise<string | null> {
    // The core takes no notice of one that is not newer than the last.
    if (block.number <= this.#last) return null;
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
