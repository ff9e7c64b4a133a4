import type { z } from "zod";
import type { listMarketsQuerySchema } from "../../protocol/wire/market.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import type { MirroredMarket } from "../mirror/exchange-mirror.ts";

type ListMarketsQuery = z.output<typeof listMarketsQuerySchema>;

/** An order in which markets are listed; `keys` fall along it, so that a cursor can take it up. */
interface Sorting {
  list: string;
  keys(market: MirroredMarket): [number, ...number[]];
}

const MAX_TIME = 2 ** 40;

const SORTINGS: Record<ListMarketsQuery["sort"], Sorting> = {
  newest: { list: "markets", keys: ({ view }) => [view.marketId] },
  closing: {
    list: "markets-closing",
    keys: ({ view }) => [MAX_TIME - view.closeTime, view.marketId],
  },
};

/** Negative when `a` comes first: its first differing key is the greater one. */
function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [i, key] of a.entries()) {
    const other = b[i] as number;
    if (key !== other) return key > other ? -1 : 1;
  }
  return 0;
}

function matches({ view }: MirroredMarket, query: ListMarketsQuery, words: string[]): boolean {
  if (query.status !== undefined && view.status !== query.status) return false;
  if (query.category !== undefined && view.category !== query.category) return false;
  if (words.length === 0) return true;
  const text = `${view.slug} ${view.question} ${view.category}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** One market more than a page of what the query asks for, in its order, and how a cursor is made of one. */
export function selectMarkets(
  markets: readonly MirroredMarket[],
  query: ListMarketsQuery,
): { selected: MirroredMarket[]; cursorOf: (market: MirroredMarket) => string } {
  const { list, keys } = SORTINGS[query.sort];
  const count = query.sort === "newest" ? 1 : 2;
  const after = decodeCursor(list, count, query.cursor)?.map(Number) ?? null;
  const words = query.search?.toLowerCase().split(/\s+/) ?? [];
  const selected = markets
    .filter((market) => matches(market, query, words))
    .filter((market) => after === null || compareKeys(after, keys(market)) < 0)
    .sort((a, b) => compareKeys(keys(a), keys(b)))
    .slice(0, query.limit + 1);
  return { selected, cursorOf: (market) => encodeCursor(list, keys(market).map(BigInt)) };
}
