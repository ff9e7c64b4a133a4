import type { SelfTradePrevention } from "../../protocol/engine/command.ts";
import { feeMicroDown } from "../../protocol/units.ts";
import { ASK, BID, type Book, type LadderSide, NO_TICK } from "./book.ts";
import { bookFill } from "./fill-accounting.ts";
import type { FillRecord } from "./fills.ts";
import { countFill, endOrder, remainingLots } from "./order-life-cycle.ts";
import { NO_SLOT, type OrderPool } from "./order-pool.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/** The side that an order on `side` takes from. */
export function opposite(side: LadderSide): LadderSide {
  return side === BID ? ASK : BID;
}

/** Whether an order at `limit` reaches a level at `tick` of the opposite side. */
function reaches(side: LadderSide, limitTicks: number, tick: number): boolean {
  if (tick === NO_TICK) return false;
  return side === BID ? tick <= limitTicks : tick >= limitTicks;
}

/** The slot that an order would meet first, or `NO_SLOT` when it does not cross the book. */
export function firstMet(book: Book, side: LadderSide, limitTicks: number): number {
  const tick = book.best(opposite(side));
  return reaches(side, limitTicks, tick) ? book.head(opposite(side), tick) : NO_SLOT;
}

/**
 * Whether `lots` can be taken within the limit. The account's own orders give nothing: they are
 * passed over by `cancel_resting` and end the search in the other modes.
 */
export function canFill(
  pool: OrderPool,
  book: Book,
  taker: {
    account: number;
    ladderSide: LadderSide;
    yesPriceTicks: number;
    lots: number;
    selfTradePrevention: SelfTradePrevention;
  },
): boolean {
  const side = opposite(taker.ladderSide);
  let missing = taker.lots;
  let tick = book.best(side);
  while (reaches(taker.ladderSide, taker.yesPriceTicks, tick)) {
    for (let slot = book.head(side, tick); slot !== NO_SLOT; slot = pool.next[slot] as number) {
      if (pool.account[slot] !== taker.account) missing -= pool.remainingLots[slot] as number;
      else if (taker.selfTradePrevention !== "cancel_resting") return false;
      if (missing <= 0) return true;
    }
    tick = book.worse(side, tick);
  }
  return false;
}

/**
 * Fills the order against the book, best price first, then oldest first, at the resting price.
 * @returns whether self-trade prevention stopped it.
 */
export function matchOrder(
  state: CoreState,
  taker: OrderRecord,
  selfTradePrevention: SelfTradePrevention,
): boolean {
  const { book } = state.markets.get(taker.market);
  while (remainingLots(taker) > 0) {
    const slot = firstMet(book, taker.ladderSide, taker.yesPriceTicks);
    if (slot === NO_SLOT) return false;
    const maker = state.orders.get(state.pool.orderId[slot] as number);
    if (maker.account === taker.account) {
      if (selfTradePrevention !== "cancel_taker") endOrder(state, maker, "self_trade");
      if (selfTradePrevention !== "cancel_resting") return true;
      continue;
    }
    fill(state, taker, maker);
  }
  return false;
}

function fill(state: CoreState, taker: OrderRecord, maker: OrderRecord): void {
  const market = state.markets.get(taker.market);
  const quantityLots = Math.min(remainingLots(taker), remainingLots(maker));
  const yesPriceTicks = maker.yesPriceTicks;
  market.tradeSeq++;
  market.markYesTicks = yesPriceTicks;
  const record: FillRecord = {
    fillSeq: state.fills.lastSeq + 1,
    tradeSeq: market.tradeSeq,
    market: market.index,
    takerOrderId: taker.id,
    makerOrderId: maker.id,
    yesPriceTicks,
    quantityLots,
    feeMicro: feeMicroDown(yesPriceTicks, quantityLots, market.view.takerFeeBps),
    timeMs: state.timeMs,
    status: "matched",
    transactionHash: null,
  };
  state.fills.add(record);
  taker.fillSeqs.push(record.fillSeq);
  maker.fillSeqs.push(record.fillSeq);
  bookFill(state, record);
  countFill(state, taker, quantityLots);
  countFill(state, maker, quantityLots);
  state.touched.fills.add(record.fillSeq);
  state.touched.newFills.push(record.fillSeq);
  state.history.integer(taker.id).integer(maker.id).integer(yesPriceTicks);
  state.history.integer(quantityLots).integer(record.feeMicro);
}
