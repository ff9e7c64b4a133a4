import type { Address } from "viem";
import type { BlockCommand, ChainEvent } from "../../protocol/engine/command.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import { FLOOR_HIGH, FLOOR_LOW } from "../core/accounts.ts";
import { assert } from "../core/assert.ts";
import { cancelBelowFloor, cancelNonce } from "../core/cancel.ts";
import * as escrow from "../core/escrow.ts";
import { EndReason } from "../core/event-log.ts";
import { createMarket, decideMarket, recreateMarket } from "../core/market-life.ts";
import { MarketPhase, NO_MARKET, TRADES } from "../core/markets.ts";
import { returnUnusedReleases } from "../core/releases.ts";
import { endOrder } from "../core/resting-order.ts";
import { pauseTrading } from "../core/trading-phase.ts";
import type { AccountName } from "./account-names.ts";
import { chainAmount, requestedAmount } from "./amount.ts";
import type { EdgeState } from "./edge-state.ts";
import { accountOf, entryOf, marketOf } from "./event-names.ts";
import { type NonceHalves, splitNonce } from "./nonce-halves.ts";
import { costChanges, overwrittenBy } from "./overwritten.ts";
import { readEvents } from "./read-events.ts";
import { ReplacedMarketError } from "./replaced-market-error.ts";
import { settleBatch } from "./settlement.ts";
import { lastPlace, rememberBlock } from "./taken-block.ts";
import { openOrdersOf } from "./views.ts";

type EventOf<T extends ChainEvent["type"]> = Extract<ChainEvent, { type: T }>;
type Handlers = { [T in ChainEvent["type"]]: (state: EdgeState, event: EventOf<T>) => void };

/** Applies a confirmed block once; one that was applied before changes nothing. */
export function applyBlock(state: EdgeState, block: BlockCommand): void {
  const { core } = state;
  if (block.number <= core.lastBlock) return;
  const before = lastPlace(state);
  core.lastBlock = block.number;
  core.lastBlockTimestamp = block.timestamp;
  state.lastBlockHash = block.hash;
  const events = block.events.map((event) => {
    const overwritten = overwrittenBy(state, event);
    applyEvent(state, event);
    return { event, overwritten: costChanges(state, overwritten) };
  });
  const returned = returnUnusedReleases(core, block.timestamp);
  readEvents(state);
  rememberBlock(state, block, { before, events, returned });
}

/** Events are read after each, since a batch's fills belong to its own transaction. */
function applyEvent<T extends ChainEvent["type"]>(state: EdgeState, event: EventOf<T>): void {
  const handler = HANDLERS[event.type] as (state: EdgeState, event: EventOf<T>) => void;
  handler(state, event);
  readEvents(state);
}

function nonceOf(decimal: string): NonceHalves {
  const halves = splitNonce(decimal);
  assert(halves !== null, "the chain's nonces are 64-bit integers");
  return halves;
}

function redeem(state: EdgeState, event: EventOf<"redeemed">): void {
  for (const [outcome, lots] of [
    [1, event.yesLots],
    [0, event.noLots],
  ] as const) {
    escrow.redeemShares(state.core, entryOf(state, { ...event, outcome }), chainAmount(lots));
  }
  escrow.bringCash(state.core, accountOf(state, event), chainAmount(event.payoutMicro));
}

function convertPositions(state: EdgeState, event: EventOf<"positions_converted">): void {
  const lots = chainAmount(event.quantityLots);
  for (const marketId of event.marketIds) {
    escrow.bringShares(state.core, entryOf(state, { ...event, marketId }), lots);
  }
  const micro = chainAmount(event.cashMicro);
  if (micro > 0) escrow.bringCash(state.core, accountOf(state, event), micro);
}

function nameMarket(state: EdgeState, event: EventOf<"market_created">): void {
  const { type, ...terms } = event;
  const { marketId, priceStep, takerFeeBps, closeTime } = event;
  const resolver = terms.resolver.toLowerCase() as Address;
  const view = {
    ...terms,
    resolver,
    status: "open",
    heldPhase: "open",
    payoutYes: null,
  } as const;
  const undone = state.markets.find(marketId);
  if (undone !== NO_MARKET) {
    renameMarket(state, undone, view);
  } else {
    const market = createMarket(state.core, priceStep, takerFeeBps, closeTime * 1000);
    state.markets.add(market, view);
  }
}

/**
 * The number of a market whose creation was undone is given again: to the same market, or to another.
 * @throws ReplacedMarketError when orders met in the one that is gone: signed for its number, they would
 * settle in the other.
 */
function renameMarket(state: EdgeState, market: number, view: MarketView): void {
  const { core } = state;
  const name = state.markets.get(market);
  const { status, heldPhase, payoutYes, ...terms } = name.view;
  const isSame = Object.entries(terms).every(([key, value]) => view[key as "slug"] === value);
  if (!isSame && core.markets.tally(market, TRADES) > 0)
    throw new ReplacedMarketError(view.marketId);
  name.view = { ...view, heldPhase };
  recreateMarket(core, market, view.priceStep, view.takerFeeBps, view.closeTime * 1000);
}

function decide(
  state: EdgeState,
  event: { marketId: number; payoutYes: number },
  phase: MarketPhase,
): void {
  const market = marketOf(state, event);
  decideMarket(state.core, market, phase, event.payoutYes);
  state.markets.get(market).view.payoutYes = event.payoutYes;
}

/** Cancels at once what the chain will refuse only after its delay. */
function raiseFloor(state: EdgeState, event: EventOf<"cancel_floor_raised">): void {
  const account = accountOf(state, event);
  const { accounts } = state.core;
  const { high, low } = nonceOf(event.floor);
  if (!accounts.isBelowFloor(account, high, low)) {
    accounts.set(account, FLOOR_HIGH, high);
    accounts.set(account, FLOOR_LOW, low);
  }
  cancelBelowFloor(state.core, account);
}

/** The nonce is used up from now on, whether or not an order had it. */
function useNonceUp(state: EdgeState, event: EventOf<"cancel_requested">): void {
  const account = accountOf(state, event);
  const { high, low } = nonceOf(event.nonce);
  cancelNonce(state.core, account, state.core.nonces.use(account, high, low));
}

function removeDelegate(state: EdgeState, event: EventOf<"delegate_removed">): void {
  const account = state.accounts.intern(event.account);
  const delegate = event.delegate.toLowerCase() as Address;
  account.delegates.delete(delegate);
  cancelOrdersSignedBy(state, account, delegate);
}

/** Ends the account's open orders that a key signed which may no longer sign for it. */
export function cancelOrdersSignedBy(
  state: EdgeState,
  account: AccountName,
  delegate: Address,
): void {
  // A maker that named itself a delegate still signs for itself.
  if (delegate === account.address) return;
  const { orders } = state;
  for (const order of openOrdersOf(state, account.index)) {
    if (orders.document(order).signer !== delegate) continue;
    endOrder(state.core, orders.slot(order), EndReason.DELEGATE_REMOVED);
  }
}

const HANDLERS: Handlers = {
  deposited: (state, event) =>
    escrow.bringCash(state.core, accountOf(state, event), chainAmount(event.amountMicro)),
  withdrawal_requested: (state, event) => {
    const micro = requestedAmount(event.amountMicro);
    escrow.requestWithdrawal(state.core, accountOf(state, event), micro);
  },
  withdrawal_cancelled: (state, event) =>
    escrow.cancelWithdrawal(state.core, accountOf(state, event)),
  withdrawn: (state, event) => {
    const micro = chainAmount(event.amountMicro);
    escrow.withdraw(state.core, accountOf(state, event), micro, Number(event.releaseNonce));
  },
  export_requested: (state, event) => {
    const lots = requestedAmount(event.quantityLots);
    escrow.requestExport(state.core, entryOf(state, event), lots);
  },
  export_cancelled: (state, event) => escrow.cancelExport(state.core, entryOf(state, event)),
  shares_exported: (state, event) => {
    const lots = chainAmount(event.quantityLots);
    escrow.exportShares(state.core, entryOf(state, event), lots, Number(event.releaseNonce));
  },
  shares_imported: (state, event) =>
    escrow.bringShares(state.core, entryOf(state, event), chainAmount(event.quantityLots)),
  shares_split: (state, event) => {
    const lots = chainAmount(event.quantityLots);
    for (const outcome of [1, 0] as const) {
      escrow.bringShares(state.core, entryOf(state, { ...event, outcome }), lots);
    }
  },
  positions_converted: convertPositions,
  redeemed: redeem,
  cancel_floor_raised: raiseFloor,
  cancel_requested: useNonceUp,
  delegate_added: (state, event) => {
    const account = state.accounts.intern(event.account);
    account.delegates.add(event.delegate.toLowerCase() as Address);
  },
  delegate_removed: removeDelegate,
  market_created: nameMarket,
  market_proposed: (state, event) => decide(state, event, MarketPhase.PROPOSED),
  market_resolved: (state, event) =>
    decide(state, event, event.isVoid ? MarketPhase.VOID : MarketPhase.RESOLVED),
  trading_paused: (state) => pauseTrading(state.core, true),
  trading_resumed: (state) => pauseTrading(state.core, false),
  batch_settled: settleBatch,
};
