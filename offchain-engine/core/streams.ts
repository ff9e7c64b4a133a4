import type { Address, Hex } from "viem";
import type { AccountEvent, EngineEvent } from "../../protocol/engine/event.ts";
import type {
  BalanceView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import type { CoreState } from "./state.ts";
import { balanceView, checksumOf, fillView, marketView, orderView, positionView } from "./views.ts";

/** An order's row of the projection: its view with what settlement needs. */
export interface OrderChange extends OrderView {
  signature: Hex;
  signer: Address;
}

/** The rows that one command changed, each once, as they stand after it. */
export interface Changes {
  orders: OrderChange[];
  fills: FillView[];
  balances: BalanceView[];
  positions: PositionView[];
  markets: MarketView[];
}

/** Turns what the command touched into numbered events and rows, and forgets it. */
export function takeChanges(state: CoreState): { events: EngineEvent[]; changes: Changes } {
  const { touched } = state;
  const changes: Changes = {
    orders: [...touched.orders].map((id) => {
      const order = state.orders.get(id);
      return { ...orderView(order), signature: order.signature, signer: order.signer };
    }),
    fills: [...touched.fills].map((fillSeq) => fillView(state, state.fills.get(fillSeq))),
    balances: [...touched.balances].map((index) => balanceView(state, state.accounts.get(index))),
    positions: [...touched.holdings].map((index) => positionView(state, index)),
    markets: [...touched.markets].map((index) => marketView(state, index)),
  };
  const events: EngineEvent[] = [];
  addMarketEvents(state, changes, events);
  addBookEvents(state, events);
  addTradeEvents(state, events);
  addAccountEvents(state, changes, events);
  touched.clear();
  return { events, changes };
}

function addMarketEvents(state: CoreState, changes: Changes, events: EngineEvent[]): void {
  for (const market of changes.markets) {
    const prev = state.marketsSeq++;
    events.push({ type: "market", seq: prev + 1, prev, market, timeMs: state.timeMs });
  }
}

function addBookEvents(state: CoreState, events: EngineEvent[]): void {
  for (const index of state.touched.books) {
    const market = state.markets.get(index);
    const { bids, asks } = market.book.takeChanges();
    if (bids.length + asks.length === 0) continue;
    const prev = market.bookSeq++;
    events.push({
      type: "book",
      marketId: market.view.marketId,
      seq: prev + 1,
      prev,
      bids,
      asks,
      checksum: checksumOf(market.book),
      timeMs: state.timeMs,
    });
  }
}

function addTradeEvents(state: CoreState, events: EngineEvent[]): void {
  for (const fillSeq of state.touched.newFills) {
    const fill = fillView(state, state.fills.get(fillSeq));
    const { marketId, tradeSeq: seq } = fill;
    events.push({ type: "trade", marketId, seq, prev: seq - 1, fill });
  }
}

/** To each owner: orders, then fills, then the balance, then positions. */
function addAccountEvents(state: CoreState, changes: Changes, events: EngineEvent[]): void {
  const tell = (address: Address, change: AccountEvent["change"]) => {
    const account = state.accounts.get(state.accounts.find(address));
    const prev = account.streamSeq++;
    const { timeMs } = state;
    events.push({ type: "account", account: account.address, seq: prev + 1, prev, timeMs, change });
  };
  for (const { signature, signer, ...order } of changes.orders) {
    tell(order.order.maker, { kind: "order", order });
  }
  for (const fill of changes.fills) {
    tell(fill.taker, { kind: "fill", fill, role: "taker" });
    tell(fill.maker, { kind: "fill", fill, role: "maker" });
  }
  for (const balance of changes.balances) tell(balance.account, { kind: "balance", balance });
  for (const position of changes.positions) tell(position.account, { kind: "position", position });
}
