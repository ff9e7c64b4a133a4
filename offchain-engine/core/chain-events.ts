import type { Address } from "viem";
import type { BlockCommand, ChainEvent } from "../../protocol/engine/command.ts";
import type { CancelReason } from "../../protocol/engine/view.ts";
import { costMicro, PRICE_SCALE } from "../../protocol/units.ts";
import type { AccountRecord } from "./accounts.ts";
import { chainAmount, requestedAmount } from "./amount.ts";
import { present } from "./assert.ts";
import * as exits from "./delayed-exits.ts";
import { shareEntry } from "./holdings.ts";
import type { MarketRecord } from "./markets.ts";
import { openOrdersOf } from "./open-orders.ts";
import { endOrder } from "./order-life-cycle.ts";
import type { OrderRecord } from "./orders.ts";
import { returnUnusedReleases } from "./releases.ts";
import { settleBatch } from "./settlement-state.ts";
import { takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";
import { closeMarket } from "./time.ts";

type EventOf<T extends ChainEvent["type"]> = Extract<ChainEvent, { type: T }>;
type Handlers = { [T in ChainEvent["type"]]: (state: CoreState, event: EventOf<T>) => void };

/** Applies a confirmed block once; one that was applied before changes nothing. */
export function applyBlock(state: CoreState, block: BlockCommand): void {
  if (block.number <= state.lastBlock) return;
  state.lastBlock = block.number;
  state.lastBlockHash = block.hash;
  state.lastBlockTimestamp = block.timestamp;
  for (const event of block.events) applyEvent(state, event);
  returnUnusedReleases(state, block.timestamp);
}

function applyEvent<T extends ChainEvent["type"]>(state: CoreState, event: EventOf<T>): void {
  const handler = HANDLERS[event.type] as (state: CoreState, event: EventOf<T>) => void;
  handler(state, event);
}

function accountOf(state: CoreState, event: { account: Address }): AccountRecord {
  return state.accounts.intern(event.account);
}

function marketOf(state: CoreState, event: { marketId: number }): MarketRecord {
  return present(state.markets.find(event.marketId), "the chain names only markets it created");
}

function entryOf(
  state: CoreState,
  event: { account: Address; marketId: number; outcome: 0 | 1 },
): number {
  const holding = state.holdings.intern(accountOf(state, event), marketOf(state, event).index);
  return shareEntry(holding, event.outcome);
}

/** Credits settled shares that came into escrow. They count as bought at the market's mark. */
function bringShares(state: CoreState, entry: number, lots: number): void {
  const { markYesTicks } = state.markets.get(state.holdings.get(entry >> 1).market);
  const markTicks = entry % 2 === 1 ? markYesTicks : PRICE_SCALE - markYesTicks;
  state.shares.credit(entry, lots);
  state.shares.settled.add(entry, lots);
  state.holdings.addCost(entry, costMicro(markTicks, lots));
  state.touched.holdings.add(entry >> 1);
  countInflow(state, entry, lots);
}

function countInflow(state: CoreState, entry: number, lots: number): void {
  const market = state.markets.get(state.holdings.get(entry >> 1).market);
  if (entry % 2 === 1) market.yesInflowLots += lots;
  else market.noInflowLots += lots;
}

/** Cash came into escrow. */
function bringCash(state: CoreState, account: AccountRecord, micro: number): void {
  state.cash.credit(account.index, micro);
  state.cash.settled.add(account.index, micro);
  state.cashInflowMicro += micro;
  state.touched.balances.add(account.index);
}

function cancelWhere(
  state: CoreState,
  account: AccountRecord,
  isAffected: (order: OrderRecord) => boolean,
  reason: CancelReason,
): void {
  for (const order of openOrdersOf(state, account)) {
    if (isAffected(order)) endOrder(state, order, reason);
  }
}

function redeem(state: CoreState, event: EventOf<"redeemed">): void {
  for (const [outcome, decimal] of [
    [1, event.yesLots],
    [0, event.noLots],
  ] as const) {
    const lots = chainAmount(decimal);
    const entry = entryOf(state, { ...event, outcome });
    takeShares(state, entry, lots);
    state.shares.settled.add(entry, -lots);
    countInflow(state, entry, -lots);
  }
  bringCash(state, accountOf(state, event), chainAmount(event.payoutMicro));
}

function convertPositions(state: CoreState, event: EventOf<"positions_converted">): void {
  const lots = chainAmount(event.quantityLots);
  for (const marketId of event.marketIds) {
    bringShares(state, entryOf(state, { ...event, marketId }), lots);
  }
  const micro = chainAmount(event.cashMicro);
  if (micro > 0) bringCash(state, accountOf(state, event), micro);
}

function createMarket(state: CoreState, event: EventOf<"market_created">): void {
  const { type, ...terms } = event;
  const resolver = terms.resolver.toLowerCase() as Address;
  const market = state.markets.add({ ...terms, resolver, status: "open", payoutYes: null });
  state.closings.push(event.closeTime * 1000, market.index);
  state.touched.markets.add(market.index);
}

function decideMarket(
  state: CoreState,
  event: { marketId: number; payoutYes: number },
  status: "proposed" | "resolved" | "void",
): void {
  const market = marketOf(state, event);
  if (market.view.status === "open") closeMarket(state, market);
  market.view.status = status;
  market.view.payoutYes = event.payoutYes;
  if (status !== "proposed") market.markYesTicks = event.payoutYes;
  state.touched.markets.add(market.index);
}

/** Cancels at once what the chain will refuse only after its delay. */
function raiseFloor(state: CoreState, event: EventOf<"cancel_floor_raised">): void {
  const account = accountOf(state, event);
  const floor = BigInt(event.floor);
  if (floor > account.cancelFloor) account.cancelFloor = floor;
  const isVoid = (order: OrderRecord) => BigInt(order.order.nonce) < account.cancelFloor;
  cancelWhere(state, account, isVoid, "cancel_floor");
}

/** The nonce is used up from now on, whether or not an order had it. */
function cancelNonce(state: CoreState, event: EventOf<"cancel_requested">): void {
  const account = accountOf(state, event);
  cancelWhere(state, account, (order) => order.order.nonce === event.nonce, "user");
  const lane = account.lanes.get(event.nonce);
  if (!lane) account.lanes.set(event.nonce, { orderId: 0, settledLots: 0 });
}

function removeDelegate(state: CoreState, event: EventOf<"delegate_removed">): void {
  const account = accountOf(state, event);
  const delegate = event.delegate.toLowerCase() as Address;
  account.delegates.delete(delegate);
  // A maker that named itself a delegate still signs for itself.
  if (delegate === account.address) return;
  cancelWhere(state, account, (order) => order.signer === delegate, "delegate_removed");
}

const HANDLERS: Handlers = {
  deposited: (state, event) =>
    bringCash(state, accountOf(state, event), chainAmount(event.amountMicro)),
  withdrawal_requested: (state, event) =>
    exits.requestWithdrawal(state, accountOf(state, event), requestedAmount(event.amountMicro)),
  withdrawal_cancelled: (state, event) => exits.cancelWithdrawal(state, accountOf(state, event)),
  withdrawn: (state, event) => {
    const micro = chainAmount(event.amountMicro);
    exits.withdraw(state, accountOf(state, event), micro, event.releaseNonce);
  },
  export_requested: (state, event) => {
    const lots = requestedAmount(event.quantityLots);
    exits.requestExport(state, accountOf(state, event), entryOf(state, event), lots);
  },
  export_cancelled: (state, event) => exits.cancelExport(state, entryOf(state, event)),
  shares_exported: (state, event) => {
    const entry = entryOf(state, event);
    const lots = chainAmount(event.quantityLots);
    exits.exportShares(state, accountOf(state, event), entry, lots, event.releaseNonce);
    countInflow(state, entry, -lots);
  },
  shares_imported: (state, event) =>
    bringShares(state, entryOf(state, event), chainAmount(event.quantityLots)),
  shares_split: (state, event) => {
    const lots = chainAmount(event.quantityLots);
    bringShares(state, entryOf(state, { ...event, outcome: 1 }), lots);
    bringShares(state, entryOf(state, { ...event, outcome: 0 }), lots);
  },
  positions_converted: convertPositions,
  redeemed: redeem,
  cancel_floor_raised: raiseFloor,
  cancel_requested: cancelNonce,
  delegate_added: (state, event) => {
    accountOf(state, event).delegates.add(event.delegate.toLowerCase() as Address);
  },
  delegate_removed: removeDelegate,
  market_created: createMarket,
  market_proposed: (state, event) => decideMarket(state, event, "proposed"),
  market_resolved: (state, event) => decideMarket(state, event, event.isVoid ? "void" : "resolved"),
  trading_paused: (state) => {
    state.tradingPaused = true;
  },
  trading_resumed: (state) => {
    state.tradingPaused = false;
  },
  batch_settled: settleBatch,
};
