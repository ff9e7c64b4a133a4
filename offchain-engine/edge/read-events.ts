import type { Hex } from "viem";
import type { CancelReason, FillStatus, MarketStatus } from "../../protocol/engine/view.ts";
import { isBid } from "../../protocol/units.ts";
import { assert, present } from "../core/assert.ts";
import { EndReason, EVENT_SHIFT, EventKind, FillProgress } from "../core/event-log.ts";
import { ASK, BID, TICK_BITS } from "../core/ladders.ts";
import { PHASE } from "../core/markets.ts";
import { placeOf } from "../core/resting-order.ts";
import type { EdgeState } from "./edge-state.ts";
import { isFinal, type OrderRecord, remainingLots } from "./order-records.ts";

const CANCEL_REASONS: Record<EndReason, CancelReason | null> = {
  [EndReason.EXPIRED]: null,
  [EndReason.USER]: "user",
  [EndReason.FAK_REMAINDER]: "fak_remainder",
  [EndReason.SELF_TRADE]: "self_trade",
  [EndReason.MARKET_CLOSED]: "market_closed",
  [EndReason.CANCEL_FLOOR]: "cancel_floor",
  [EndReason.WITHDRAWAL]: "withdrawal",
  [EndReason.DELEGATE_REMOVED]: "delegate_removed",
  [EndReason.REPLACED]: "replaced",
  [EndReason.SETTLEMENT_SKIPPED]: "settlement_skipped",
};

const FILL_STATUSES: Record<FillProgress, FillStatus> = {
  [FillProgress.SUBMITTED]: "submitted",
  [FillProgress.SETTLED]: "settled",
  [FillProgress.SIMULATED]: "simulated",
  [FillProgress.SKIPPED]: "skipped",
};

const MARKET_STATUSES: readonly MarketStatus[] = ["open", "closed", "proposed", "resolved", "void"];

/** What the events of a command belong to. */
export interface EventSource {
  /** The order that the command brought. */
  order?: OrderRecord;
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
    default:
      assert(false, "an event is of a known kind");
  }
}

function commandOrder({ order }: EventSource): OrderRecord {
  return present(order, "only an order rests, fills or ends as the command's own");
}

/** Marks an order, and the funds that it locks or locked, as changed. */
export function touchOrder(state: EdgeState, record: OrderRecord): void {
  const { core, touched } = state;
  record.updatedAtMs = core.timeMs;
  touched.orders.add(record);
  const { side, outcome } = record.order;
  if (side === 0) touched.balances.add(record.account);
  else touched.holdings.add(core.holdings.findEntry(record.account, record.market, outcome) >> 1);
}

function lower(state: EdgeState, record: OrderRecord, slot: number): void {
  const replaced = state.orders.resting(slot);
  endOrder(state, replaced, EndReason.REPLACED);
  state.orders.rest(record, slot);
}

function endOrder(state: EdgeState, record: OrderRecord, reason: EndReason): void {
  state.orders.leave(record);
  record.status = reason === EndReason.EXPIRED ? "expired" : "cancelled";
  record.cancelReason = CANCEL_REASONS[reason];
  state.history.integer(record.id).integer(reason).integer(record.filledLots);
  touchOrder(state, record);
}

function readFill(state: EdgeState, taker: OrderRecord, word: (index: number) => number): void {
  const { core, orders, touched } = state;
  const maker = orders.resting(word(2));
  const [fillSeq, yesPriceTicks, quantityLots] = [word(1), word(3), word(4)];
  const [feeMicro, tradeSeq] = [word(5), word(6)];
  const fill = {
    fillSeq,
    tradeSeq,
    taker,
    maker,
    yesPriceTicks,
    quantityLots,
    feeMicro,
    timeMs: core.timeMs,
    status: "matched" as const,
    transactionHash: null,
  };
  orders.addFill(fill);
  touched.fills.add(fill);
  touched.newFills.push(fill);
  const side = isBid(maker.order.outcome, maker.order.side) ? BID : ASK;
  touched.level(placeOf(maker.market, side, yesPriceTicks), word(7));
  for (const record of [taker, maker]) {
    record.filledLots += quantityLots;
    assert(record.filledLots <= record.order.quantity, "an order never overfills");
    record.status = remainingLots(record) === 0 ? "filled" : "partially_filled";
    touchOrder(state, record);
    touchBoth(state, record);
    if (isFinal(record)) orders.leave(record);
  }
  state.history.integer(taker.id).integer(maker.id).integer(yesPriceTicks);
  state.history.integer(quantityLots).integer(feeMicro);
}

/** A fill moves its owner's cash and shares. */
function touchBoth({ core, touched }: EdgeState, record: OrderRecord): void {
  const entry = core.holdings.findEntry(record.account, record.market, record.order.outcome);
  touched.balances.add(record.account);
  touched.holdings.add(entry >> 1);
}

function readMarket(state: EdgeState, index: number): void {
  state.markets.get(index).view.status = present(
    MARKET_STATUSES[state.core.markets.get(index, PHASE)],
    "a market's phase has a name",
  );
  state.touched.markets.add(index);
}

function readProgress(
  state: EdgeState,
  fillSeq: number,
  progress: FillProgress,
  transactionHash: Hex | undefined,
): void {
  const fill = state.orders.unsettled(fillSeq);
  fill.status = FILL_STATUSES[progress];
  fill.transactionHash = present(transactionHash, "a batch has a transaction");
  if (progress !== FillProgress.SUBMITTED) state.orders.settle(fillSeq);
  state.touched.fills.add(fill);
  if (progress !== FillProgress.SUBMITTED) {
    touchBoth(state, fill.taker);
    touchBoth(state, fill.maker);
  }
  state.history.integer(fillSeq).integer(progress).text(fill.transactionHash);
}

/** The market of a level's place. */
export function marketOfPlace(place: number): number {
  return place >> (TICK_BITS + 1);
}
