import type { Address, Hex } from "viem";
import { BOOK_CHECKSUM_DEPTH, BookDigest, bookChecksum } from "../../protocol/book-checksum.ts";
import type { AccountReply, SnapshotReply } from "../../protocol/engine/request.ts";
import type {
  BalanceView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import { matchKind } from "../../protocol/order.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { NO_HOLDING } from "../core/holdings.ts";
import { ASK, BID, type LadderSide, NO_ASK, NO_BID } from "../core/ladders.ts";
import { TRADES } from "../core/markets.ts";
import { openSlotsOf } from "../core/open-orders.ts";
import { CANCEL_REASONS } from "./cancel-reasons.ts";
import type { EdgeState } from "./edge-state.ts";
import { exchangeView } from "./exchange-view.ts";
import type { MarketName } from "./market-names.ts";
import { NO_RECORD } from "./order-pages.ts";

/** For one checksum at a time. */
const digest = new BookDigest();

export function orderView({ orders }: EdgeState, record: number): OrderView {
  const { hash, order, clientId } = orders.document(record);
  const reason = orders.endReason(record);
  return {
    hash,
    order,
    clientId,
    status: orders.status(record),
    cancelReason: reason === null ? null : CANCEL_REASONS[reason],
    filledLots: orders.filledLots(record),
    remainingLots: orders.remainingLots(record),
    createdAtMs: orders.createdAtMs(record),
    updatedAtMs: orders.updatedAtMs(record),
  };
}

export function fillView({ orders, fills }: EdgeState, fillSeq: number): FillView {
  const fill = fills.get(fillSeq);
  const taker = orders.document(fill.taker);
  const maker = orders.document(fill.maker);
  return {
    fillSeq,
    marketId: taker.order.marketId,
    tradeSeq: fill.tradeSeq,
    matchKind: matchKind(taker.order, maker.order),
    takerHash: taker.hash,
    makerHash: maker.hash,
    taker: taker.order.maker,
    maker: maker.order.maker,
    takerOutcome: taker.order.outcome,
    takerSide: taker.order.side,
    makerOutcome: maker.order.outcome,
    makerSide: maker.order.side,
    yesPriceTicks: fill.yesPriceTicks,
    quantityLots: fill.quantityLots,
    feeMicro: fill.feeMicro.toString(),
    timeMs: fill.timeMs,
    status: fill.status,
    transactionHash: fill.transactionHash,
  };
}

export function balanceView({ core, accounts }: EdgeState, account: number): BalanceView {
  const { cash } = core;
  return {
    account: accounts.get(account).address,
    availableMicro: cash.available(account).toString(),
    lockedMicro: cash.locked(account).toString(),
    reservedMicro: cash.reserved(account).toString(),
    pendingMicro: cash.pending(account).toString(),
    withdrawableMicro: cash.releasable(account).toString(),
  };
}

export function positionView(state: EdgeState, holding: number): PositionView {
  const { holdings, shares } = state.core;
  const yes = 2 * holding + 1;
  const no = 2 * holding;
  return {
    account: state.accounts.get(holdings.accountOf(holding)).address,
    marketId: state.markets.get(holdings.marketOf(holding)).view.marketId,
    yesAvailableLots: shares.available(yes),
    yesLockedLots: shares.locked(yes),
    yesReservedLots: shares.reserved(yes),
    noAvailableLots: shares.available(no),
    noLockedLots: shares.locked(no),
    noReservedLots: shares.reserved(no),
    yesCostMicro: shares.cost(yes).toString(),
    noCostMicro: shares.cost(no).toString(),
  };
}

export function marketView(state: EdgeState, index: number): MarketView {
  return { ...state.markets.get(index).view };
}

/** Checksum of the ten best levels of each side. Made with each change of a book, so without an array of them. */
export function checksumOf(state: EdgeState, market: number): number {
  addBestLevels(state, market, BID);
  addBestLevels(state, market, ASK);
  return digest.take();
}

function addBestLevels({ core: { ladders } }: EdgeState, market: number, side: LadderSide): void {
  const end = side === BID ? NO_BID : NO_ASK;
  let tick = ladders.best(market, side);
  for (let level = 0; level < BOOK_CHECKSUM_DEPTH && tick !== end; level++) {
    digest.add(tick, ladders.volumeLots(market, tick));
    tick = ladders.worse(market, side, tick);
  }
}

function bookSnapshot(
  { core }: EdgeState,
  { index, view, bookSeq }: MarketName,
): SnapshotReply["books"][number] {
  const bids = core.ladders.depth(index, BID);
  const asks = core.ladders.depth(index, ASK);
  const checksum = bookChecksum(bids, asks);
  return { marketId: view.marketId, seq: bookSeq, bids, asks, checksum };
}

/** Markets and full books, with where every public stream stands. */
export function snapshotReply(state: EdgeState): SnapshotReply {
  const { all } = state.markets;
  return {
    type: "snapshot",
    seq: state.core.seq,
    exchangeSeq: state.exchangeSeq,
    exchange: exchangeView(state),
    marketsSeq: state.marketsSeq,
    markets: all.map(({ index }) => marketView(state, index)),
    books: all.map((market) => bookSnapshot(state, market)),
    trades: all.map(({ index, view }) => ({
      marketId: view.marketId,
      seq: state.core.markets.tally(index, TRADES),
    })),
  };
}

/** An account's holdings, in the order in which they appeared. */
export function holdingsOf({ core }: EdgeState, account: number): number[] {
  const holdings: number[] = [];
  let holding = core.accounts.holdingHead(account);
  while (holding !== NO_HOLDING) {
    holdings.push(holding);
    holding = core.holdings.nextOf(holding);
  }
  return holdings;
}

/** The records of the account's resting orders, oldest first. */
export function openOrdersOf({ core, orders }: EdgeState, account: number): number[] {
  const slots = openSlotsOf(core.slots, core.accounts, account);
  return slots.map((slot) => orders.resting(slot));
}

/** One account; an address that the engine never met is an empty one. */
export function accountReply(state: EdgeState, address: Address): AccountReply {
  const index = state.accounts.find(address);
  if (index === NO_ACCOUNT) return emptyAccount(state, address);
  const account = state.accounts.get(index);
  return {
    type: "account",
    seq: state.core.seq,
    accountSeq: account.streamSeq,
    balance: balanceView(state, index),
    positions: holdingsOf(state, index).map((holding) => positionView(state, holding)),
    openOrders: openOrdersOf(state, index).map((order) => orderView(state, order)),
    delegates: [...account.delegates],
    heartbeatDueAtMs: state.core.heartbeats.dueMs(index),
  };
}

function emptyAccount(state: EdgeState, address: Address): AccountReply {
  const balance: BalanceView = {
    account: address.toLowerCase() as Address,
    availableMicro: "0",
    lockedMicro: "0",
    reservedMicro: "0",
    pendingMicro: "0",
    withdrawableMicro: "0",
  };
  return {
    type: "account",
    seq: state.core.seq,
    accountSeq: 0,
    balance,
    positions: [],
    openOrders: [],
    delegates: [],
    heartbeatDueAtMs: null,
  };
}

/** One order by its hash, with its remembered fills; null when it is not remembered. */
export function orderReply(
  state: EdgeState,
  hash: Hex,
): { order: OrderView; fills: FillView[] } | null {
  const record = state.orders.find(hash);
  if (record === NO_RECORD) return null;
  return { order: orderView(state, record), fills: fillsOf(state, record) };
}

/** The remembered fills of an order, in their order. */
export function fillsOf(state: EdgeState, record: number): FillView[] {
  return state.fills.ofOrder(record).map((fillSeq) => fillView(state, fillSeq));
}
