import type { Hex } from "viem";
import type { AccountEvent, EngineEvent } from "../../protocol/engine/event.ts";
import type {
  BalanceView,
  BookLevel,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import { TICK_BITS, TICK_MASK } from "../core/ladders.ts";
import type { EdgeState } from "./edge-state.ts";
import { exchangeView } from "./exchange-view.ts";
import { orderEventOf } from "./order-event.ts";
import { marketOfPlace } from "./read-events.ts";
import { balanceView, checksumOf, fillView, marketView, orderView, positionView } from "./views.ts";

/** The rows that one command changed, each once, as they stand after it. */
export interface Changes {
  /** The order among them that the command placed under a nonce never used, so that it has no row yet; null for none. */
  placed: Hex | null;
  orders: OrderView[];
  fills: FillView[];
  balances: BalanceView[];
  positions: PositionView[];
  markets: MarketView[];
}

/** Turns what the command touched into numbered events and rows, and forgets it. */
export function takeChanges(state: EdgeState): { events: EngineEvent[]; changes: Changes } {
  const { touched } = state;
  const changes: Changes = {
    placed: touched.placed === null ? null : state.orders.document(touched.placed).hash,
    orders: [...touched.orders].map((order) => orderView(state, order)),
    fills: [...touched.fills].map((fillSeq) => fillView(state, fillSeq)),
    balances: [...touched.balances].map((account) => balanceView(state, account)),
    positions: [...touched.holdings].map((holding) => positionView(state, holding)),
    markets: [...touched.markets].map((index) => marketView(state, index)),
  };
  const events: EngineEvent[] = [];
  addExchangeEvent(state, events);
  addMarketEvents(state, changes, events);
  addBookEvents(state, events);
  addTradeEvents(touched.newFills, changes, events);
  addAccountEvents(state, changes, events);
  touched.clear();
  return { events, changes };
}

function addExchangeEvent(state: EdgeState, events: EngineEvent[]): void {
  if (!state.touched.exchange) return;
  const prev = state.exchangeSeq++;
  const { timeMs } = state.core;
  events.push({ type: "exchange", seq: prev + 1, prev, exchange: exchangeView(state), timeMs });
}

function addMarketEvents(state: EdgeState, changes: Changes, events: EngineEvent[]): void {
  const { timeMs } = state.core;
  for (const market of changes.markets) {
    const prev = state.marketsSeq++;
    events.push({ type: "market", seq: prev + 1, prev, market, timeMs });
  }
}

/** Levels that differ from what they were before the command, by market. */
function changedLevels({ core, touched }: EdgeState): Map<number, [BookLevel[], BookLevel[]]> {
  const byMarket = new Map<number, [bids: BookLevel[], asks: BookLevel[]]>();
  for (const [place, before] of touched.levels) {
    const market = marketOfPlace(place);
    const side = ((place >> TICK_BITS) & 1) as 0 | 1;
    const tick = place & TICK_MASK;
    const isItsSide = core.ladders.sideOf(market, tick) === side;
    const lots = isItsSide ? core.ladders.volumeLots(market, tick) : 0;
    if (lots === before) continue;
    const levels = byMarket.get(market) ?? [[], []];
    byMarket.set(market, levels);
    levels[side].push([tick, lots]);
  }
  return byMarket;
}

function addBookEvents(state: EdgeState, events: EngineEvent[]): void {
  for (const [index, [bids, asks]] of changedLevels(state)) {
    const market = state.markets.get(index);
    const prev = market.bookSeq++;
    events.push({
      type: "book",
      marketId: market.view.marketId,
      seq: prev + 1,
      prev,
      bids: bids.sort((a, b) => b[0] - a[0]),
      asks: asks.sort((a, b) => a[0] - b[0]),
      checksum: checksumOf(state, index),
      timeMs: state.core.timeMs,
    });
  }
}

function addTradeEvents(
  newFills: readonly number[],
  { fills }: Changes,
  events: EngineEvent[],
): void {
  const [first] = newFills;
  if (first === undefined) return;
  // Fills are numbered as they are matched, and older ones have changed if they are among them.
  for (const fill of fills) {
    const { marketId, tradeSeq: seq } = fill;
    if (fill.fillSeq >= first) events.push({ type: "trade", marketId, seq, prev: seq - 1, fill });
  }
}

/** To each owner: orders, then fills, then the balance, then positions, then a switch that went off. */
function addAccountEvents(state: EdgeState, changes: Changes, events: EngineEvent[]): void {
  const { core, touched, accounts, orders } = state;
  const { timeMs } = core;
  const tell = (index: number, change: AccountEvent["change"]) => {
    const account = accounts.get(index);
    const prev = account.streamSeq++;
    events.push({ type: "account", account: account.address, seq: prev + 1, prev, timeMs, change });
  };
  // Changes stand in the order of what was touched, which knows its account's index.
  const records = touched.orders.values();
  const { own, amends } = touched;
  const isMatching = touched.newFills.length > 0;
  for (const order of changes.orders) {
    const record = records.next().value as number;
    const event = orderEventOf(order, { isOwn: record === own, amends, isMatching });
    tell(orders.account(record), { kind: "order", event, order });
  }
  for (const fill of changes.fills) {
    tell(accounts.find(fill.taker), { kind: "fill", fill, role: "taker" });
    tell(accounts.find(fill.maker), { kind: "fill", fill, role: "maker" });
  }
  const owners = touched.balances.values();
  for (const balance of changes.balances) {
    tell(owners.next().value as number, { kind: "balance", balance });
  }
  const holdings = touched.holdings.values();
  for (const position of changes.positions) {
    const holding = holdings.next().value as number;
    tell(core.holdings.accountOf(holding), { kind: "position", position });
  }
  for (const account of touched.switchedOff) tell(account, { kind: "heartbeat", dueAtMs: null });
}
