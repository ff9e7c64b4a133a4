import { formatPrice, formatShares, isAgonError, type Market } from "../../sdk/index.ts";
import type { Trader } from "../enter-exchange.ts";

export interface TakerSettings {
  /** What a YES is worth to the bot, in ticks. */
  fairTicks: number;
  /** How much cheaper an offer must be. */
  edgeTicks: number;
  /** At most so many lots in one order. */
  sizeLots: number;
  /** What it spends in all, in micro; then it ends. */
  budgetMicro: bigint;
}

export interface TakerSummary {
  orders: number;
  boughtLots: number;
  spentMicro: string;
  transactions: string[];
}

const MICRO_PER_TICK_LOT = 10;
const SETTLE_MS = 60_000;
const WAIT_MS = 3_600_000;

interface Offer {
  outcome: "YES" | "NO";
  /** Ticks of that outcome. */
  price: number;
  quantity: number;
}

/** The offer that is furthest below what it is worth, if one is far enough; bids for YES are offers of NO. */
export function bestOffer(
  book: {
    bids: readonly (readonly [number, number])[];
    asks: readonly (readonly [number, number])[];
  },
  { fairTicks, edgeTicks }: Pick<TakerSettings, "fairTicks" | "edgeTicks">,
): Offer | null {
  const [ask, bid] = [book.asks[0], book.bids[0]];
  const yesEdge = ask ? fairTicks - ask[0] : 0;
  const noEdge = bid ? bid[0] - fairTicks : 0;
  if (Math.max(yesEdge, noEdge) < edgeTicks) return null;
  if (ask && yesEdge >= noEdge) return { outcome: "YES", price: ask[0], quantity: ask[1] };
  return bid ? { outcome: "NO", price: 1000 - bid[0], quantity: bid[1] } : null;
}

/** Resolves with the next offer that is worth taking, or null when `signal` aborts. */
async function nextOffer(
  { client }: Trader,
  slug: string,
  settings: TakerSettings,
  signal: AbortSignal,
): Promise<Offer | null> {
  if (signal.aborted) return null;
  const book = client.openBook(slug);
  const close = () => book.close();
  signal.addEventListener("abort", close);
  try {
    return await book.waitFor((state) => bestOffer(state, settings), WAIT_MS);
  } catch (error) {
    if (signal.aborted && isAgonError(error, "stream_closed")) return null;
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
    book.close();
  }
}

/**
 * Takes what is offered too cheaply, until the budget is spent or `signal` aborts. Every order is
 * fill-and-kill at the offer's own price, so that the bot never pays more than it looked at, and the next
 * one waits for its settlement.
 */
export async function takeEdges(
  trader: Trader,
  market: Market,
  settings: TakerSettings,
  signal: AbortSignal,
): Promise<TakerSummary> {
  const { client, account } = trader;
  const summary = { orders: 0, boughtLots: 0, transactions: [] as string[] };
  let leftMicro = settings.budgetMicro;
  for (;;) {
    const offer = await nextOffer(trader, market.slug, settings, signal);
    if (offer === null) break;
    const { outcome, price } = offer;
    const affordable = Number(leftMicro / BigInt(price * MICRO_PER_TICK_LOT));
    const quantity = Math.min(offer.quantity, settings.sizeLots, affordable);
    if (quantity < 1) break;
    const order = { market, outcome, side: "BUY", price, quantity, timeInForce: "FAK" } as const;
    const placed = await client.placeOrder(order);
    summary.orders++;
    if (placed.order.filledLots === 0) continue;
    const { hash } = placed.order;
    const fills = await account.waitForSettlement(hash, SETTLE_MS, placed.order.filledLots);
    for (const { yesPriceTicks, quantityLots, feeMicro, transactionHash } of fills) {
      const paidTicks = outcome === "YES" ? yesPriceTicks : 1000 - yesPriceTicks;
      leftMicro -= BigInt(paidTicks * quantityLots * MICRO_PER_TICK_LOT) + BigInt(feeMicro);
      summary.boughtLots += quantityLots;
      if (transactionHash) summary.transactions.push(transactionHash);
      const bought = `${formatShares(quantityLots)} ${outcome} at ${formatPrice(paidTicks)}`;
      console.log(`bought ${bought}, settled in ${transactionHash}`);
    }
  }
  return { ...summary, spentMicro: (settings.budgetMicro - leftMicro).toString() };
}
