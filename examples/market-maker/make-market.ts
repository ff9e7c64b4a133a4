import { setTimeout as delay } from "node:timers/promises";
import {
  type AccountState,
  type BookState,
  formatPrice,
  formatShares,
  type LiveStream,
  type Market,
  type OrderView,
  Outcome,
  Side,
} from "../../sdk/index.ts";
import type { Trader } from "../enter-exchange.ts";
import { fairPrice } from "./fair-price.ts";
import { type Holdings, type Quote, type QuoteSettings, quotesAround } from "./quotes.ts";

export interface MakerSummary {
  rounds: number;
  quotesPlaced: number;
  fills: number;
  yesLots: number;
  noLots: number;
}

/** The exchange cancels the quotes of a maker that it has not heard of for so long. */
const DEAD_MAN_MS = 15_000;
/** With nothing new, the maker looks again, and says that it is alive, this often. */
const REFRESH_MS = 3_000;
/** In a busy market it quotes anew this often at most. */
const PACE_MS = 250;
const WAIT_MS = 10_000;

function openOrders(state: AccountState, { marketId }: Market): OrderView[] {
  return [...state.orders.values()].filter(
    ({ order, status }) =>
      order.marketId === marketId && (status === "open" || status === "partially_filled"),
  );
}

/** What the maker may sell: free shares, and those that its own quotes lock. */
function holdings(state: AccountState, { marketId }: Market): Holdings {
  const position = state.positions.get(marketId);
  return {
    yesLots: (position?.yesAvailableLots ?? 0) + (position?.yesLockedLots ?? 0),
    noLots: (position?.noAvailableLots ?? 0) + (position?.noLockedLots ?? 0),
  };
}

/** As one text, by which what rests is compared with what is wanted. */
function told(quotes: readonly Quote[]): string {
  const lines = quotes.map(({ side, outcome, price, quantity }) =>
    [side, formatShares(quantity), outcome, "at", formatPrice(price)].join(" "),
  );
  return lines.sort().join(", ") || "no quote";
}

function asQuote({ order, remainingLots }: OrderView): Quote {
  return {
    outcome: order.outcome === Outcome.YES ? "YES" : "NO",
    side: order.side === Side.BUY ? "BUY" : "SELL",
    price: order.price,
    quantity: remainingLots,
  };
}

/** Resolves at the next change of either, after `REFRESH_MS`, or when aborted; not before `PACE_MS`. */
async function nextChange(
  book: LiveStream<BookState>,
  account: LiveStream<AccountState>,
  signal: AbortSignal,
): Promise<void> {
  const stops: (() => void)[] = [];
  const change = new Promise<void>((resolve) => {
    stops.push(
      book.onChange(() => resolve()),
      account.onChange(() => resolve()),
    );
  });
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal });
  try {
    await Promise.all([Promise.race([change, pause(REFRESH_MS)]), pause(PACE_MS)]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const stop of stops) stop();
  }
}

/** Puts `quotes` in the place of what rests. */
async function requote({ client, account }: Trader, market: Market, quotes: Quote[]) {
  const resting = openOrders(account.state, market);
  if (resting.length > 0) await client.cancelListedOrders(resting.map(({ hash }) => hash));
  if (quotes.length === 0) return 0;
  const results = await client.placeOrders(
    quotes.map((quote) => ({ ...quote, market, timeInForce: "POST_ONLY" as const })),
  );
  const refused = results.flatMap((result) => (result.ok ? [] : [result.problem.code]));
  if (refused.length > 0) console.log(`refused: ${refused.join(", ")}`);
  const placed = results.flatMap((result) => (result.ok ? [result.order.hash] : []));
  // The next round must know its own orders in the book.
  await account.waitFor(({ orders }) => placed.every((hash) => orders.has(hash)), WAIT_MS);
  return placed.length;
}

/**
 * Quotes both sides of `market` until `signal` aborts; then cancels what rests. Should this process die
 * instead, the exchange cancels its quotes after `DEAD_MAN_MS`.
 */
export async function makeMarket(
  trader: Trader,
  market: Market,
  settings: Omit<QuoteSettings, "priceStep">,
  signal: AbortSignal,
): Promise<MakerSummary> {
  const { client, account } = trader;
  const { slug, priceStep } = market;
  const book = client.openBook(slug);
  await book.ready();
  let fairTicks = (await client.getTicker(slug)).lastYesPriceTicks ?? 500;
  const summary = { rounds: 0, quotesPlaced: 0 };
  try {
    for (; !signal.aborted; summary.rounds++) {
      await client.sendHeartbeat({ timeoutMs: DEAD_MAN_MS });
      const resting = openOrders(account.state, market);
      fairTicks = fairPrice(book.state, resting, fairTicks);
      const held = holdings(account.state, market);
      const quotes = quotesAround(fairTicks, held, { ...settings, priceStep });
      if (told(quotes) !== told(resting.map(asQuote))) {
        console.log(`fair ${(fairTicks / 1000).toFixed(4)}: ${told(quotes)}`);
        summary.quotesPlaced += await requote(trader, market, quotes);
      }
      await nextChange(book, account, signal);
    }
  } finally {
    await client.cancelOrders({ market: slug });
    await client.sendHeartbeat({ timeoutMs: 0 });
    book.close();
  }
  const fills = [...account.state.fills.values()].filter(
    ({ marketId }) => marketId === market.marketId,
  );
  return { ...summary, fills: fills.length, ...holdings(account.state, market) };
}
