import { OrderBook, Side } from "nodejs-order-book";
import {
  COMMAND_WORDS,
  type CommandStream,
  DIGEST_START,
  digestStep,
  OP_CANCEL,
} from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";

/** The usual order book from npm, one to each market; ids are strings made beforehand. */
export function createPeerRun(stream: CommandStream): EngineRun {
  const { words } = stream;
  const books = Array.from({ length: stream.markets }, () => new OrderBook());
  const ids = Array.from({ length: stream.lastOrderId + 1 }, (_, id) => `o${id}`);
  return {
    run(first, end) {
      for (let at = first * COMMAND_WORDS; at < end * COMMAND_WORDS; at += COMMAND_WORDS) {
        const op = words[at] as number;
        const book = books[words[at + 1] as number] as OrderBook;
        const id = ids[words[at + 4] as number] as string;
        if ((op & 0xff) === OP_CANCEL) book.cancel(id);
        else {
          book.limit({
            side: ((op >> 8) & 1) === 0 ? Side.BUY : Side.SELL,
            id,
            size: words[at + 3] as number,
            price: words[at + 2] as number,
          });
        }
      }
    },
    facts: () => ({ bookDigest: digestDepths(books) }),
  };
}

function digestDepths(books: readonly OrderBook[]): number {
  let digest = DIGEST_START;
  for (const book of books) {
    const [asks, bids] = book.depth();
    const bidLots = new Map(bids);
    const askLots = new Map(asks);
    for (let price = 1; price < 1_000; price++) {
      digest = digestStep(digest, bidLots.get(price) ?? 0);
      digest = digestStep(digest, askLots.get(price) ?? 0);
    }
  }
  return digest >>> 0;
}
