import type { Address } from "viem";
import type { BlockCommand, ChainEvent } from "../../protocol/engine/command.ts";
import { FLOOR_HIGH, FLOOR_LOW } from "../core/accounts.ts";
import { assert } from "../core/assert.ts";
import { cancelBelowFloor, cancelNonce } from "../core/cancel.ts";
import * as escrow from "../core/escrow.ts";
import { EndReason } from "../core/event-log.ts";
import { createMarket, decideMarket } from "../core/market-life.ts";
import { MarketPhase, NO_MARKET } from "../core/markets.ts";
import { returnUnusedReleases } from "../core/releases.ts";
import { endOrder } from "../core/resting-order.ts";
import { pauseTrading } from "../core/trading-phase.ts";
import { chainAmount, requestedAmount } from "./amount.ts";
import type { EdgeState } from "./edge-state.ts";
import { type NonceHalves, splitNonce } from "./nonce-halves.ts";
import { readEvents } from "./read-events.ts";
import { settleBatch } from "./settlement.ts";
import { openOrdersOf } from "./views.ts";

type EventOf<T extends ChainEvent["type"]> = Extract<ChainEvent, { type: T }>;
type Handlers = { [T in ChainEvent["type"]]: (state: EdgeState, event: EventOf<T>) => void };

/** Applies a confirmed block once; one that was applied before changes nothing. */
export function applyBlock(state: EdgeState, block: BlockCommand): void {
  const { core } = state;
  if (block.number <= core.lastBlock) return;
  core.lastBlock = block.number;
  core.lastBlockTimestamp = block.timestamp;
  state.lastBlockHash = block.hash;
  for (const event of block.events) applyEvent(state, event);
  returnUnusedReleases(core, block.timestamp);
  readEvents(state);
}

/** Events are read after each, since a batch's fills belong to its own transaction. */
function applyEvent<T extends ChainEvent["type"]>(state: EdgeState, event: EventOf<T>): void {
  const handler = HANDLERS[event.type] as (state: EdgeState, event: EventOf<T>) => void;
  handler(state, event);
  readEvents(state);
}

function accountOf(state: EdgeState, event: { account: Address }): number {
  return state.accounts.intern(event.account).index;
}

function marketOf(state: EdgeState, event: { marketId: number }): number {
  const market = state.markets.find(event.marketId);
  assert(market !== NO_MARKET, "the chain names only markets it created");
  return market;
}

function entryOf(
  state: EdgeState,
  event: { account: Address; marketId: number; outcome: 0 | 1 },
): number {
  const { holdings, accounts } = state.core;
  const account = accountOf(state, event);
  return holdings.internEntry(accounts, account, marketOf(state, event), event.outcome);
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
  const { priceStep, takerFeeBps, closeTime } = event;
  const market = createMarket(state.core, priceStep, takerFeeBps, closeTime * 1000);
  const resolver = terms.resolver.toLowerCase() as Address;
  state.markets.add(market, {
    ...terms,
    resolver,
    status: "open",
    heldPhase: "open",
    payoutYes: null,
  });
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
