import type { Address, Hex } from "viem";
import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { AccountReply, SnapshotReply } from "../../protocol/engine/request.ts";
import type {
  BalanceView,
  BookLevel,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import { matchKind } from "../../protocol/order.ts";
import { type AccountRecord, NO_ACCOUNT } from "./accounts.ts";
import { ASK, BID, type Book } from "./book.ts";
import type { FillRecord } from "./fills.ts";
import { shareEntry } from "./holdings.ts";
import { openOrdersOf } from "./open-orders.ts";
import { remainingLots } from "./order-life-cycle.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

const CHECKSUM_DEPTH = 10;

export function orderView(order: OrderRecord): OrderView {
  return {
    hash: order.hash,
    order: order.order,
    clientId: order.clientId,
    status: order.status,
    cancelReason: order.cancelReason,
    filledLots: order.filledLots,
    remainingLots: remainingLots(order),
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

export function fillView(state: CoreState, fill: FillRecord): FillView {
  const taker = state.orders.get(fill.takerOrderId);
  const maker = state.orders.get(fill.makerOrderId);
  return {
    fillSeq: fill.fillSeq,
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

export function balanceView(state: CoreState, account: AccountRecord): BalanceView {
  const { cash } = state;
  const entry = account.index;
  return {
    account: account.address,
    availableMicro: cash.available.get(entry).toString(),
    lockedMicro: cash.locked.get(entry).toString(),
    reservedMicro: cash.reserved(entry).toString(),
    pendingMicro: cash.pending(entry).toString(),
    withdrawableMicro: cash.releasable(entry).toString(),
  };
}

export function positionView(state: CoreState, holdingIndex: number): PositionView {
  const holding = state.holdings.get(holdingIndex);
  const { shares } = state;
  const yes = shareEntry(holdingIndex, 1);
  const no = shareEntry(holdingIndex, 0);
  return {
    account: state.accounts.get(holding.account).address,
    marketId: state.markets.get(holding.market).view.marketId,
    yesAvailableLots: shares.available.get(yes),
    yesLockedLots: shares.locked.get(yes),
    yesReservedLots: shares.reserved(yes),
    noAvailableLots: shares.available.get(no),
    noLockedLots: shares.locked.get(no),
    noReservedLots: shares.reserved(no),
    yesCostMicro: state.holdings.costMicro.get(yes).toString(),
    noCostMicro: state.holdings.costMicro.get(no).toString(),
  };
}

export function marketView(state: CoreState, index: number): MarketView {
  return { ...state.markets.get(index).view };
}

/** Checksum of the ten best levels of each side. */
export function checksumOf(book: Book): number {
  return bookChecksum(book.depth(BID, CHECKSUM_DEPTH), book.depth(ASK, CHECKSUM_DEPTH));
}

function bookSnapshot(state: CoreState, index: number): SnapshotReply["books"][number] {
  const { view, book, bookSeq } = state.markets.get(index);
  const bids: BookLevel[] = book.depth(BID);
  const asks: BookLevel[] = book.depth(ASK);
  const checksum = bookChecksum(bids, asks);
  return { marketId: view.marketId, seq: bookSeq, bids, asks, checksum };
}

/** Markets and full books, with where every public stream stands. */
export function snapshotReply(state: CoreState): SnapshotReply {
  const markets = state.markets.records;
  return {
    type: "snapshot",
    seq: state.seq,
    marketsSeq: state.marketsSeq,
    markets: markets.map(({ index }) => marketView(state, index)),
    books: markets.map(({ index }) => bookSnapshot(state, index)),
    trades: markets.map(({ view, tradeSeq }) => ({ marketId: view.marketId, seq: tradeSeq })),
  };
}

/** One account; an address that the engine never met is an empty one. */
export function accountReply(state: CoreState, address: Address): AccountReply {
  const index = state.accounts.find(address);
  if (index === NO_ACCOUNT) return emptyAccount(state, address);
  const account = state.accounts.get(index);
  return {
    type: "account",
    seq: state.seq,
    accountSeq: account.streamSeq,
    balance: balanceView(state, account),
    positions: account.holdings.map((holding) => positionView(state, holding)),
    openOrders: openOrdersOf(state, account).map(orderView),
    delegates: [...account.delegates],
  };
}

function emptyAccount(state: CoreState, address: Address): AccountReply {
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
    seq: state.seq,
    accountSeq: 0,
    balance,
    positions: [],
    openOrders: [],
    delegates: [],
  };
}

/** One order by its hash, with all fills it has. */
export function orderReply(
  state: CoreState,
  hash: Hex,
): { order: OrderView; fills: FillView[] } | null {
  const order = state.orders.findByHash(hash);
  if (!order) return null;
  const fills = order.fillSeqs.map((fillSeq) => fillView(state, state.fills.get(fillSeq)));
  return { order: orderView(order), fills };
}
