import { matchKind } from "../../protocol/order.ts";
import { costMicro, MICRO_PER_LOT, PRICE_SCALE, Side } from "../../protocol/units.ts";
import { assert } from "./assert.ts";
import type { FillRecord } from "./fills.ts";
import { shareEntry } from "./holdings.ts";
import { spendLock } from "./order-life-cycle.ts";
import type { OrderRecord } from "./orders.ts";
import { takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";

/** One order's part in a fill. */
interface Leg {
  order: OrderRecord;
  /** Paid by a buyer, received by a seller, before the fee. */
  costMicro: number;
  feeMicro: number;
  /** The entry of the shares that move. */
  entry: number;
}

function legOf(order: OrderRecord, fill: FillRecord, feeMicro: number): Leg {
  const { outcome } = order.order;
  const price = outcome === 1 ? fill.yesPriceTicks : PRICE_SCALE - fill.yesPriceTicks;
  return {
    order,
    costMicro: costMicro(price, fill.quantityLots),
    feeMicro,
    entry: shareEntry(order.holding, outcome),
  };
}

function legsOf(state: CoreState, fill: FillRecord): [taker: Leg, maker: Leg] {
  return [
    legOf(state.orders.get(fill.takerOrderId), fill, fill.feeMicro),
    legOf(state.orders.get(fill.makerOrderId), fill, 0),
  ];
}

function isBuy(leg: Leg): boolean {
  return leg.order.order.side === Side.BUY;
}

/** What the leg does to its owner's cash. */
function cashDelta(leg: Leg): number {
  return isBuy(leg) ? -(leg.costMicro + leg.feeMicro) : leg.costMicro - leg.feeMicro;
}

/** Pairs that the fill makes (a mint) or, negative, dissolves (a merge), lots. */
function mintedLots(fill: FillRecord, [taker, maker]: [Leg, Leg]): number {
  const kind = matchKind(taker.order.order, maker.order.order);
  if (kind === "mint") return fill.quantityLots;
  return kind === "merge" ? -fill.quantityLots : 0;
}

function touchOwner(state: CoreState, { order }: Leg): void {
  state.touched.balances.add(order.account);
  state.touched.holdings.add(order.holding);
}

/** Cash that the fill takes from its buyers. */
function debitMicro(legs: [Leg, Leg]): number {
  return legs.reduce((sum, leg) => sum + Math.max(0, -cashDelta(leg)), 0);
}

/** Moves cash and shares between the two owners at once; the chain follows. */
export function bookFill(state: CoreState, fill: FillRecord): void {
  const legs = legsOf(state, fill);
  for (const leg of legs) {
    touchOwner(state, leg);
    if (isBuy(leg)) {
      spendLock(state, leg.order, -cashDelta(leg));
      state.cash.pendingDebit.add(leg.order.account, -cashDelta(leg));
      state.shares.credit(leg.entry, fill.quantityLots);
      state.holdings.addCost(leg.entry, leg.costMicro);
    } else {
      state.holdings.removeCost(leg.entry, fill.quantityLots, state.shares.total(leg.entry));
      spendLock(state, leg.order, fill.quantityLots);
      state.shares.pendingDebit.add(leg.entry, fill.quantityLots);
      state.cash.credit(leg.order.account, cashDelta(leg));
    }
  }
  const minted = mintedLots(fill, legs);
  const moved = cashDelta(legs[0]) + cashDelta(legs[1]) + fill.feeMicro + minted * MICRO_PER_LOT;
  assert(moved === 0, "a fill makes and destroys no money");
  state.markets.get(fill.market).mintedLots += minted;
  state.feesMicro += fill.feeMicro;
  state.fills.unsettledMicro += debitMicro(legs);
}

/** The chain (or its simulation) has moved the fill: so does the mirror. */
export function settleFill(state: CoreState, fill: FillRecord, isSimulated: boolean): void {
  const legs = legsOf(state, fill);
  for (const leg of legs) {
    touchOwner(state, leg);
    const account = leg.order.account;
    const cash = cashDelta(leg);
    const lots = isBuy(leg) ? fill.quantityLots : -fill.quantityLots;
    state.cash.settled.add(account, cash);
    state.shares.settled.add(leg.entry, lots);
    if (isSimulated) {
      state.cash.simulated.add(account, cash);
      state.shares.simulated.add(leg.entry, lots);
    }
    endPending(state, leg, fill);
    const lane = state.accounts.get(account).lanes.get(leg.order.order.nonce);
    if (lane) lane.settledLots += fill.quantityLots;
  }
  if (isSimulated) state.markets.get(fill.market).simulatedMintedLots += mintedLots(fill, legs);
  state.fills.unsettledMicro -= debitMicro(legs);
}

/** The chain refused the fill: takes back what `bookFill` moved, from whoever has it by now. */
export function reverseFill(state: CoreState, fill: FillRecord): void {
  const legs = legsOf(state, fill);
  for (const leg of legs) {
    touchOwner(state, leg);
    endPending(state, leg, fill);
    if (isBuy(leg)) state.cash.credit(leg.order.account, -cashDelta(leg));
    else state.shares.credit(leg.entry, fill.quantityLots);
    if (!isBuy(leg)) state.holdings.addCost(leg.entry, leg.costMicro);
  }
  for (const leg of legs) {
    if (isBuy(leg)) takeShares(state, leg.entry, fill.quantityLots);
    else takeCash(state, leg.order.account, cashDelta(leg));
  }
  state.markets.get(fill.market).mintedLots -= mintedLots(fill, legs);
  state.feesMicro -= fill.feeMicro;
  state.fills.unsettledMicro -= debitMicro(legs);
}

function endPending(state: CoreState, leg: Leg, fill: FillRecord): void {
  if (isBuy(leg)) state.cash.pendingDebit.add(leg.order.account, cashDelta(leg));
  else state.shares.pendingDebit.add(leg.entry, -fill.quantityLots);
}
