/** A resting order that the maker wants to have; price in ticks of its own outcome. */
export interface Quote {
  outcome: "YES" | "NO";
  side: "BUY" | "SELL";
  price: number;
  quantity: number;
}

export interface QuoteSettings {
  /** From the fair price to each quote. */
  halfSpreadTicks: number;
  sizeLots: number;
  /** The most that YES and NO may differ by. */
  maxInventoryLots: number;
  priceStep: number;
}

/** Free shares, those of the maker's own quotes included. */
export interface Holdings {
  yesLots: number;
  noLots: number;
}

const TICKS = 1000;

/** `lots` for sale as far as there is anything to sell; the rest by buying the other outcome. */
function split(lots: number, held: number, sell: Omit<Quote, "quantity">): Quote[] {
  const sold = Math.min(lots, held);
  const outcome = sell.outcome === "YES" ? "NO" : "YES";
  const buy = { outcome, side: "BUY", price: TICKS - sell.price } as const;
  return [
    { ...sell, quantity: sold },
    { ...buy, quantity: lots - sold },
  ].filter(({ quantity }) => quantity > 0);
}

/**
 * Quotes on both sides of a fair YES price. The more YES than NO the maker holds, the lower both quotes
 * are, and at its limit it quotes one side alone. Being long YES is sold as YES, and else bought as NO.
 */
export function quotesAround(fairTicks: number, held: Holdings, settings: QuoteSettings): Quote[] {
  const { halfSpreadTicks, sizeLots, maxInventoryLots, priceStep } = settings;
  const inventory = held.yesLots - held.noLots;
  const centre = fairTicks - (halfSpreadTicks * inventory) / maxInventoryLots;
  const bid = Math.floor((centre - halfSpreadTicks) / priceStep) * priceStep;
  const ask = Math.ceil((centre + halfSpreadTicks) / priceStep) * priceStep;
  const bidLots = Math.min(sizeLots, maxInventoryLots - inventory);
  const askLots = Math.min(sizeLots, maxInventoryLots + inventory);
  const quotes: Quote[] = [];
  if (bidLots > 0 && bid > 0 && bid < TICKS) {
    quotes.push(
      ...split(bidLots, held.noLots, { outcome: "NO", side: "SELL", price: TICKS - bid }),
    );
  }
  if (askLots > 0 && ask > 0 && ask < TICKS) {
    quotes.push(...split(askLots, held.yesLots, { outcome: "YES", side: "SELL", price: ask }));
  }
  return quotes;
}
