import type { Address } from "viem";

/** A trade as the naive ledger reads it: legs are `outcome | side << 1`. */
export interface NaiveTrade {
  marketId: number;
  taker: Address;
  maker: Address;
  takerLeg: number;
  makerLeg: number;
  quantityLots: number;
  yesPriceTicks: number;
  feeMicro: bigint;
  time: number;
}

/** One lot-by-lot purchase or sale of one account in one market's outcome. */
interface Entry {
  sells: boolean;
  lots: bigint;
  micro: bigint;
}

const ticksOf = (leg: number, yesPriceTicks: number) =>
  (leg & 1) === 1 ? yesPriceTicks : 1000 - yesPriceTicks;

/** All entries of one account, market and outcome, from the whole list of trades each time. */
export function entriesOf(
  trades: readonly NaiveTrade[],
  account: Address,
  marketId: number,
  outcome: number,
): Entry[] {
  const entries: Entry[] = [];
  for (const trade of trades) {
    if (trade.marketId !== marketId) continue;
    for (const [who, leg] of [
      [trade.taker, trade.takerLeg],
      [trade.maker, trade.makerLeg],
    ] as const) {
      if (who !== account || (leg & 1) !== outcome) continue;
      const lots = BigInt(trade.quantityLots);
      const micro = lots * BigInt(ticksOf(leg, trade.yesPriceTicks)) * 10n;
      entries.push({ sells: leg >> 1 === 1, lots, micro });
    }
  }
  return entries;
}

/** Lots held, their cost, and profit taken, by the textbook rule of average cost. */
export function averageCost(entries: readonly Entry[]) {
  let lots = 0n;
  let cost = 0n;
  let profit = 0n;
  for (const entry of entries) {
    if (entry.sells) {
      const share = (cost * entry.lots) / lots;
      profit += entry.micro - share;
      cost -= share;
      lots -= entry.lots;
    } else {
      cost += entry.micro;
      lots += entry.lots;
    }
  }
  return { lots, cost, profit };
}

/** Net cash of an account: all it received less all it paid, fees included. */
export function cashFlow(trades: readonly NaiveTrade[], account: Address): bigint {
  let cash = 0n;
  for (const trade of trades) {
    for (const [who, leg, fee] of [
      [trade.taker, trade.takerLeg, trade.feeMicro],
      [trade.maker, trade.makerLeg, 0n],
    ] as const) {
      if (who !== account) continue;
      const micro = BigInt(trade.quantityLots * ticksOf(leg, trade.yesPriceTicks)) * 10n;
      cash += (leg >> 1 === 1 ? micro : -micro) - fee;
    }
  }
  return cash;
}

/** The candles of a market, by filtering all its trades for each bucket. */
export function candlesOf(trades: readonly NaiveTrade[], marketId: number, seconds: number) {
  const own = trades.filter((trade) => trade.marketId === marketId);
  // Weeks begin on a Monday, four days after unix time did.
  const first = seconds === 604_800 ? 345_600 : 0;
  const startOf = (time: number) => Math.floor((time - first) / seconds) * seconds + first;
  const starts = [...new Set(own.map(({ time }) => startOf(time)))];
  return starts
    .sort((a, b) => a - b)
    .map((start) => {
      const inside = own.filter(({ time }) => time >= start && time < start + seconds);
      const prices = inside.map(({ yesPriceTicks }) => yesPriceTicks);
      const lots = inside.map(({ quantityLots }) => BigInt(quantityLots));
      const micro = inside.map((trade) =>
        BigInt(trade.quantityLots * ticksOf(trade.takerLeg, trade.yesPriceTicks) * 10),
      );
      return {
        start_time: String(start),
        open_ticks: prices[0],
        high_ticks: Math.max(...prices),
        low_ticks: Math.min(...prices),
        close_ticks: prices.at(-1),
        volume_lots: String(sum(lots)),
        volume_micro: String(sum(micro)),
        trades: String(inside.length),
      };
    });
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
