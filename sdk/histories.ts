import type { Address } from "viem";
import type { FillView, OrderView } from "../protocol/engine/view.ts";
import type { Transfer } from "../protocol/wire/account.ts";
import type { ListGroupsReply } from "../protocol/wire/group.ts";
import type { PublishedEntry } from "../protocol/wire/journal.ts";
import type {
  ListMarketsQuery,
  ListTickersQuery,
  Market,
  TickerReply,
} from "../protocol/wire/market.ts";
import type { ListOrdersQuery } from "../protocol/wire/order.ts";
import type { IndexedTrade } from "../protocol/wire/user.ts";
import { listFills } from "./actions/list-fills.ts";
import { listGroups } from "./actions/list-groups.ts";
import { listHolders } from "./actions/list-holders.ts";
import { listJournal } from "./actions/list-journal.ts";
import { listMarkets } from "./actions/list-markets.ts";
import { listOrders } from "./actions/list-orders.ts";
import { listTickers } from "./actions/list-tickers.ts";
import { listTrades } from "./actions/list-trades.ts";
import { listTransfers } from "./actions/list-transfers.ts";
import { listUserTrades } from "./actions/list-user-trades.ts";
import type { Context } from "./context.ts";
import { everyItem } from "./every-item.ts";
import type { AbortParameters, PageParameters } from "./page-parameters.ts";

/**
 * The exchange's lists as async iterators: `for await (const { fill } of client.fills())` walks every
 * page to the end. Leaving the loop asks for nothing more; an aborted `signal` ends it with `aborted`.
 * `limit` is the size of a page, `cursor` where to start.
 */

type Walk = PageParameters & AbortParameters;
type Items<Item> = AsyncGenerator<Item, void, void>;

/** The session account's own fills, newest first. */
export function fills(
  context: Context,
  { signal, cursor, ...query }: Walk & { market?: string } = {},
): Items<{ role: "taker" | "maker"; fill: FillView }> {
  return everyItem((next) => listFills(context, { ...query, cursor: next }, { signal }), cursor);
}

/** The session account's orders, newest first. */
export function orders(
  context: Context,
  { signal, cursor, ...query }: ListOrdersQuery & AbortParameters = {},
): Items<OrderView> {
  return everyItem((next) => listOrders(context, { ...query, cursor: next }, { signal }), cursor);
}

/** What entered and left the session account's escrow, newest first. */
export function transfers(
  context: Context,
  { signal, cursor, ...query }: Walk = {},
): Items<Transfer> {
  return everyItem(
    (next) => listTransfers(context, { ...query, cursor: next }, { signal }),
    cursor,
  );
}

/** All markets, newest first. */
export function markets(
  context: Context,
  { signal, cursor, ...query }: ListMarketsQuery & AbortParameters = {},
): Items<Market> {
  return everyItem((next) => listMarkets(context, { ...query, cursor: next }, { signal }), cursor);
}

/** Groups of exclusive outcomes, newest first. */
export function groups(
  context: Context,
  { signal, cursor, ...query }: Walk = {},
): Items<ListGroupsReply["items"][number]> {
  return everyItem((next) => listGroups(context, { ...query, cursor: next }, { signal }), cursor);
}

/** The tickers of all markets, of those named, or of a status; the newest market first. */
export function tickers(
  context: Context,
  {
    signal,
    cursor,
    ...query
  }: Omit<ListTickersQuery, "markets"> & { markets?: readonly string[] } & AbortParameters = {},
): Items<TickerReply> {
  return everyItem((next) => listTickers(context, { ...query, cursor: next }, { signal }), cursor);
}

/** A market's matched trades, newest first. */
export function trades(
  context: Context,
  slug: string,
  { signal, cursor, ...query }: Walk = {},
): Items<FillView> {
  return everyItem(
    (next) => listTrades(context, slug, { ...query, cursor: next }, { signal }),
    cursor,
  );
}

/** A market's holders, the largest first. */
export function holders(
  context: Context,
  slug: string,
  { signal, cursor, ...query }: Walk = {},
): Items<{ account: Address; yesLots: string; noLots: string }> {
  return everyItem(
    (next) => listHolders(context, slug, { ...query, cursor: next }, { signal }),
    cursor,
  );
}

/** Anyone's settled trades, newest first. */
export function userTrades(
  context: Context,
  address: Address,
  { signal, cursor, ...query }: Walk = {},
): Items<IndexedTrade> {
  return everyItem(
    (next) => listUserTrades(context, address, { ...query, cursor: next }, { signal }),
    cursor,
  );
}

/** The journal's public entries after `after`, oldest first. */
export async function* journal(
  context: Context,
  { signal, after = 0, limit }: { after?: number; limit?: number } & AbortParameters = {},
): Items<PublishedEntry> {
  let next: number | null = after;
  while (next !== null) {
    const page = await listJournal(context, { after: next, limit }, { signal });
    yield* page.items;
    next = page.nextAfter;
  }
}
