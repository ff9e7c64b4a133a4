import type { Hex } from "viem";
import type { FillStatus, MarketStatus } from "../../protocol/engine/view.ts";
import { isBid } from "../../protocol/units.ts";
import { assert, present } from "../core/assert.ts";
import { EndReason, EVENT_SHIFT, EventKind, FillProgress } from "../core/event-log.ts";
import { ASK, BID, TICK_BITS } from "../core/ladders.ts";
import { placeOf } from "../core/resting-order.ts";
import type { EdgeState } from "./edge-state.ts";
import { phaseName } from "./exchange-view.ts";
import { NO_RECORD } from "./order-pages.ts";

const FILL_STATUSES: Record<FillProgress, FillStatus> = {
  [FillProgress.SUBMITTED]: "submitted",
  [FillProgress.SETTLED]: "settled",
  [FillProgress.SIMULATED]: "simulated",
  [FillProgress.SKIPPED]: "skipped",
};

const MARKET_STATUSES: readonly MarketStatus[] = ["open", "closed", "proposed", "resolved", "void"];

/** What the events of a command belong to. */
export interface EventSource {
  /** The record of the order that the command brought. */
  order?: number;
  /** The transaction that the command reports. */
  transactionHash?: Hex;
}

/** Carries the core's events over to the records that have names, and clears them. */
export function readEvents(state: EdgeState, source: EventSource = {}): void {
  const { events } = state.core;
  for (let event = 0; event < events.count; event++) {
    readEvent(state, source, event << EVENT_SHIFT);
  }
  events.clear();
}

function readEvent(state: EdgeState, source: EventSource, at: number): void {
  const { touched } = state;
  const word = (index: number) => state.core.events.words[at + index] as number;
  switch (word(0)) {
    case EventKind.RESTS:
      state.orders.rest(commandOrder(source), word(1));
      touched.level(word(2), word(3));
      return;
    case EventKind.LOWERED:
      lower(state, commandOrder(source), word(1));
      touched.level(word(2), word(3));
      return;
    case EventKind.ENDED:
      endOrder(state, state.orders.resting(word(1)), word(2) as EndReason);
      touched.level(word(3), word(4));
      return;
    case EventKind.COMMAND_ENDED:
      endOrder(state, commandOrder(source), word(1) as EndReason);
      return;
    case EventKind.FILL:
      readFill(state, commandOrder(source), word);
      return;
    case EventKind.BALANCE:
      touched.balances.add(word(1));
      return;
    case EventKind.POSITION:
      touched.holdings.add(word(1));
      return;
    case EventKind.MARKET:
      readMarket(state, word(1));
      return;
    case EventKind.PROGRESS:
      readProgress(state, word(1), word(2) as FillProgress, source.transactionHash);
      return;
    case EventKind.EXCHANGE:
      touched.exchange = true;
      return;
    case EventKind.SWITCHED_OFF:
      touched.switchedOff.add(word(1));
      return;
    default:
      assert(false, "an event is of a known kind");
  }
}

function commandOrder({ order = NO_RECORD }: EventSource): number {
  assert(order !== NO_RECORD, "only an order rests, fills or ends as the command's own");
  return order;
}

/** Marks an order, and the funds that it locks or locked, as changed. */
export function touchOrder(state: EdgeState, record: number): void {
  const { core, orders, touched } = state;
  orders.setUpdatedAtMs(record, core.timeMs);
  touched.orders.add(record);
  const account = orders.account(record);
  const { side, outcome } = orders.document(record).order;
  if (side === 0) touched.balances.add(account);
  else touched.holdings.add(core.holdings.findEntry(account, orders.market(record), outcome) >> 1);
}

function lower(state: EdgeState, record: number, slot: number): void {
  const replaced = state.orders.resting(slot);
  endOrder(state, replaced, EndReason.REPLACED);
  state.orders.rest(record, slot);
}

function endOrder(state: EdgeState, record: number, reason: EndReason): void {
  const { orders } = state;
  orders.end(record, reason, reason === EndReason.EXPIRED ? "expired" : "cancelled");
  state.history.integer(orders.id(record)).integer(reason).integer(orders.filledLots(record));
  touchOrder(state, record);
}

function readFill(state: EdgeState, taker: number, word: (index: number) => number): void {
  const { core, orders, fills, touched } = state;
  const maker = orders.resting(word(2));
  const [fillSeq, yesPriceTicks, quantityLots] = [word(1), word(3), word(4)];
  const [feeMicro, tradeSeq] = [word(5), word(6)];
  const [legs, figures] = [
    { taker, maker },
    { yesPriceTicks, quantityLots, feeMicro },
  ];
  fills.add({ fillSeq, tradeSeq, ...legs, ...figures, timeMs: core.timeMs });
  touched.fills.add(fillSeq);
  touched.newFills.push(fillSeq);
  const { outcome, side } = orders.document(maker).order;
  const level = placeOf(orders.market(maker), isBid(outcome, side) ? BID : ASK, yesPriceTicks);
  touched.level(level, word(7));
  for (const record of [taker, maker]) {
    orders.fill(record, quantityLots);
    touchOrder(state, record);
    touchBoth(state, record);
  }
  state.history.integer(orders.id(taker)).integer(orders.id(maker)).integer(yesPriceTicks);
  state.history.integer(quantityLots).integer(feeMicro);
}

/** A fill moves its owner's cash and shares. */
function touchBoth({ core, orders, touched }: EdgeState, record: number): void {
  const account = orders.account(record);
  const { outcome } = orders.document(record).order;
  const entry = core.holdings.findEntry(account, orders.market(record), outcome);
  touched.balances.add(account);
  touched.holdings.add(entry >> 1);
}

function readMarket(state: EdgeState, index: number): void {
  state.markets.get(index).view.status = present(
    MARKET_STATUSES[state.core.markets.phase(index)],
    "a market's phase has a name",
  );
  state.markets.get(index).view.heldPhase = phaseName(state.core.markets.held(index));
  state.touched.markets.add(index);
}

function readProgress(
  state: EdgeState,
  fillSeq: number,
  progress: FillProgress,
  transactionHash: Hex | undefined,
): void {
  const hash = present(transactionHash, "a batch has a transaction");
  state.fills.progress(fillSeq, FILL_STATUSES[progress], hash);
  state.touched.fills.add(fillSeq);
  if (progress !== FillProgress.SUBMITTED) {
    const { taker, maker } = state.fills.get(fillSeq);
    touchBoth(state, taker);
    touchBoth(state, maker);
  }
  state.history.integer(fillSeq).integer(progress).text(hash);
}

/** The market of a level's place. */
export function marketOfPlace(place: number): number {
  return place >> (TICK_BITS + 1);
}
