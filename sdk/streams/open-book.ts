import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { BookLevel } from "../../protocol/engine/view.ts";
import { bookFrameSchema, bookSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { withLevels } from "./book-side.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** A market's book in YES prices, best first; its checksum has been verified. */
export interface BookState {
  readonly marketId: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  readonly checksum: number;
}

/** `null` when the book is not the one that the server summed. */
function verified(book: BookState): BookState | null {
  return bookChecksum(book.bids, book.asks) === book.checksum ? book : null;
}

/** How the frames of `book:<slug>` become a book. */
export function bookDefinition(
  slug: string,
): StreamDefinition<BookState, typeof bookSnapshotSchema, typeof bookFrameSchema> {
  return {
    stream: `book:${slug}`,
    needsSession: false,
    snapshotSchema: bookSnapshotSchema,
    frameSchema: bookFrameSchema,
    begin: ({ marketId, bids, asks, checksum }) => verified({ marketId, bids, asks, checksum }),
    apply: (book, { bids, asks, checksum }) =>
      verified({
        marketId: book.marketId,
        bids: withLevels(book.bids, bids, "highest"),
        asks: withLevels(book.asks, asks, "lowest"),
        checksum,
      }),
  };
}

/** A book that follows the market, every frame checked against the server's checksum. */
export function openBook(context: Context, slug: string): LiveStream<BookState> {
  return openLiveStream(context.streams, bookDefinition(slug));
}
