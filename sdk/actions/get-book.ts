import { type BookReply, bookReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/** A market's book in YES prices, best first. For a book that follows, see `openBook`. */
export function getBook(
  context: Context,
  slug: string,
  query: { depth?: number } = {},
): Promise<BookReply> {
  return context.http.request({
    method: "GET",
    path: `/v1/markets/${encodeURIComponent(slug)}/book`,
    query: { ...query },
    reply: bookReplySchema,
  });
}
