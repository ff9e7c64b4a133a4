import type { OrderJson, PlaceCommand } from "../../protocol/engine/command.ts";
import type { ErrorCode, Failure } from "../../protocol/errors.ts";
import { isPostOnly, needsExpiry, TimeInForce } from "../../protocol/order.ts";
import {
  costMicro,
  feeMicroDown,
  isBid,
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MIN_PRICE_TICKS,
  Side,
  yesPriceTicks,
} from "../../protocol/units.ts";
import { type AccountRecord, NO_ACCOUNT } from "./accounts.ts";
import { ASK, BID, type LadderSide } from "./book.ts";
import { shareEntry } from "./holdings.ts";
import type { MarketRecord } from "./markets.ts";
import { canFill, firstMet } from "./matching.ts";
import { isFinal } from "./order-life-cycle.ts";
import { NO_SLOT } from "./order-pool.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/** An order that may be taken in, with what taking it in needs. */
export interface Admitted {
  ok: true;
  account: AccountRecord;
  market: MarketRecord;
  ladderSide: LadderSide;
  yesPriceTicks: number;
  /** Carried over from the amended order of the same nonce. */
  filledLots: number;
  replaced: OrderRecord | null;
  /** The amendment only lowers the quantity: it keeps its place in the queue, and never takes. */
  keepsPlace: boolean;
  /** Micro of cash, or lots of shares. */
  lockAmount: number;
}

const UINT64 = /^(0|[1-9][0-9]{0,19})$/;
const MAX_UINT64 = 2n ** 64n - 1n;

function refuse(code: ErrorCode, details?: Record<string, unknown>): Failure {
  return details ? { ok: false, code, details } : { ok: false, code };
}

/** Whether what does not fill at once stays in the book. */
export function mayRest(order: OrderJson): boolean {
  return order.timeInForce !== TimeInForce.FOK && order.timeInForce !== TimeInForce.FAK;
}

/**
 * Decides whether an order is taken in; changes nothing. The checks run in this order, and the
 * first that fails names the refusal:
 *
 * 1. `market_unknown`, `market_not_open`, `trading_paused`
 * 2. `validation_failed`, `price_out_of_range`, `price_off_step`, `quantity_out_of_range`,
 *    `order_expiry_required`, `order_expiry_unexpected`, `order_expired`, `fee_cap_too_low`
 * 3. `signature_invalid`: the signer is neither the maker nor its delegate
 * 4. `nonce_below_floor`; with `replaces`: `order_unknown`, `nonce_used` (another market, outcome
 *    or side), `order_not_open`, `quantity_out_of_range` (nothing would be left); else
 *    `nonce_used`; `client_id_used`
 * 5. `self_trade`, `post_only_would_cross`, `fok_not_filled`
 * 6. `insufficient_cash`, `insufficient_shares`
 * 7. `too_many_open_orders`, `settlement_behind`
 */
export function admit(state: CoreState, command: PlaceCommand): Admitted | Failure {
  const { order } = command;
  const market = state.markets.find(order.marketId);
  if (!market) return refuse("market_unknown");
  if (market.view.status !== "open") {
    return refuse("market_not_open", { status: market.view.status });
  }
  if (state.tradingPaused) return refuse("trading_paused");
  const illFormed = checkTerms(state, order, market);
  if (illFormed) return illFormed;

  const accountIndex = state.accounts.find(order.maker);
  const account = accountIndex === NO_ACCOUNT ? null : state.accounts.get(accountIndex);
  const identity = checkSigner(command, account) ?? checkNonce(state, command, account);
  if (identity) return identity;
  const replaced = replacedBy(state, command) ?? null;
  if (command.clientId !== undefined && command.clientId !== replaced?.clientId) {
    if (account?.clientIds.has(command.clientId)) return refuse("client_id_used");
  }

  const ladderSide = isBid(order.outcome, order.side) ? BID : ASK;
  const filledLots = replaced?.filledLots ?? 0;
  const keepsPlace = replaced !== null && onlyLowersQuantity(order, replaced.order);
  const yesPrice = yesPriceTicks(order.outcome, order.price);
  const lots = order.quantity - filledLots;
  const crossing = checkCrossing(state, command, market, accountIndex, ladderSide, yesPrice, lots);
  if (crossing) return crossing;

  const mayTake = !isPostOnly(order.timeInForce) && !keepsPlace;
  const lockAmount = neededLock(order, lots, mayTake ? market.view.takerFeeBps : 0);
  const uncovered = checkFunds(state, order, account, market, lockAmount, replaced);
  if (uncovered) return uncovered;
  const bounded = checkBounds(state, order, account, replaced);
  if (bounded) return bounded;
  // Only an account with funds comes this far.
  if (!account) return refuse("insufficient_cash");
  return {
    ok: true,
    account,
    market,
    ladderSide,
    yesPriceTicks: yesPrice,
    filledLots,
    replaced,
    keepsPlace,
    lockAmount,
  };
}

function checkTerms(state: CoreState, order: OrderJson, market: MarketRecord): Failure | null {
  const { price, quantity, expiry } = order;
  if (!hasValidShape(order)) return refuse("validation_failed");
  if (!Number.isInteger(price) || price < MIN_PRICE_TICKS || price > MAX_PRICE_TICKS) {
    return refuse("price_out_of_range");
  }
  const { priceStep, takerFeeBps } = market.view;
  if (price % priceStep !== 0) return refuse("price_off_step", { priceStep });
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY_LOTS) {
    return refuse("quantity_out_of_range");
  }
  if (needsExpiry(order.timeInForce) && expiry === 0) return refuse("order_expiry_required");
  if (!needsExpiry(order.timeInForce) && expiry !== 0) return refuse("order_expiry_unexpected");
  const lastMs = expiry * 1000 - state.limits.expiryLeadMs;
  if (expiry !== 0 && lastMs <= state.timeMs) {
    return refuse("order_expired", {
      timeMs: state.timeMs,
      earliestExpiry: Math.floor((state.timeMs + state.limits.expiryLeadMs) / 1000) + 1,
    });
  }
  if (!isPostOnly(order.timeInForce) && order.maxFeeBps < takerFeeBps) {
    return refuse("fee_cap_too_low", { takerFeeBps });
  }
  return null;
}

function hasValidShape(order: OrderJson): boolean {
  return (
    (order.outcome === 0 || order.outcome === 1) &&
    (order.side === 0 || order.side === 1) &&
    Number.isInteger(order.timeInForce) &&
    order.timeInForce >= 0 &&
    order.timeInForce <= TimeInForce.POST_ONLY_GTD &&
    Number.isSafeInteger(order.maxFeeBps) &&
    Number.isSafeInteger(order.expiry) &&
    order.expiry >= 0 &&
    UINT64.test(order.nonce) &&
    BigInt(order.nonce) <= MAX_UINT64
  );
}

function checkSigner(command: PlaceCommand, account: AccountRecord | null): Failure | null {
  const signer = command.signer.toLowerCase() as typeof command.signer;
  if (signer === command.order.maker.toLowerCase() || account?.delegates.has(signer)) return null;
  return refuseSigner(command);
}

/** The order was signed by someone who may not sign for its maker. */
export function refuseSigner({ signer, hash }: PlaceCommand): Failure {
  return refuse("signature_invalid", { recoveredSigner: signer.toLowerCase(), orderHash: hash });
}

/** The maker's own order of the same nonce that the command amends. */
function replacedBy(state: CoreState, command: PlaceCommand): OrderRecord | undefined {
  if (command.replaces === undefined) return undefined;
  const replaced = state.orders.findByHash(command.replaces);
  const isSameLane =
    replaced?.order.maker === command.order.maker.toLowerCase() &&
    replaced.order.nonce === command.order.nonce;
  return isSameLane ? replaced : undefined;
}

function checkNonce(
  state: CoreState,
  command: PlaceCommand,
  account: AccountRecord | null,
): Failure | null {
  const { order } = command;
  if (account && BigInt(order.nonce) < account.cancelFloor) {
    return refuse("nonce_below_floor", { floor: account.cancelFloor.toString() });
  }
  if (command.replaces === undefined) {
    return account?.lanes.has(order.nonce) ? refuse("nonce_used") : null;
  }
  const replaced = replacedBy(state, command);
  if (!replaced) return refuse("order_unknown", { hash: command.replaces });
  const { marketId, outcome, side } = replaced.order;
  if (order.marketId !== marketId || order.outcome !== outcome || order.side !== side) {
    return refuse("nonce_used", { marketId, outcome, side });
  }
  const isLatest = account?.lanes.get(order.nonce)?.orderId === replaced.id;
  if (isFinal(replaced) || !isLatest) return refuse("order_not_open", { status: replaced.status });
  if (order.quantity <= replaced.filledLots) {
    return refuse("quantity_out_of_range", { filledLots: replaced.filledLots });
  }
  return null;
}

function onlyLowersQuantity(order: OrderJson, replaced: OrderJson): boolean {
  return (
    order.quantity <= replaced.quantity &&
    order.price === replaced.price &&
    order.timeInForce === replaced.timeInForce &&
    order.expiry === replaced.expiry &&
    order.maxFeeBps === replaced.maxFeeBps
  );
}

function checkCrossing(
  state: CoreState,
  command: PlaceCommand,
  market: MarketRecord,
  account: number,
  ladderSide: LadderSide,
  yesPrice: number,
  lots: number,
): Failure | null {
  const { order, selfTradePrevention } = command;
  const slot = firstMet(market.book, ladderSide, yesPrice);
  if (isPostOnly(order.timeInForce))
    return slot === NO_SLOT ? null : refuse("post_only_would_cross");
  if (slot !== NO_SLOT && selfTradePrevention === "cancel_taker") {
    if (state.pool.account[slot] === account) return refuse("self_trade");
  }
  if (order.timeInForce !== TimeInForce.FOK) return null;
  const taker = { account, ladderSide, yesPriceTicks: yesPrice, lots, selfTradePrevention };
  return canFill(state.pool, market.book, taker) ? null : refuse("fok_not_filled");
}

/** A buy locks its cost, and while it may take, the fee at its limit: no better price costs more. */
function neededLock(order: OrderJson, lots: number, takerFeeBps: number): number {
  if (order.side === Side.SELL) return lots;
  return costMicro(order.price, lots) + feeMicroDown(order.price, lots, takerFeeBps);
}

function checkFunds(
  state: CoreState,
  order: OrderJson,
  account: AccountRecord | null,
  market: MarketRecord,
  needed: number,
  replaced: OrderRecord | null,
): Failure | null {
  const locksCash = order.side === Side.BUY;
  const funds = locksCash ? state.cash : state.shares;
  let entry = -1;
  if (account && locksCash) entry = account.index;
  else if (account) {
    const holding = state.holdings.find(account.index, market.index);
    if (holding >= 0) entry = shareEntry(holding, order.outcome);
  }
  const available = entry < 0 ? 0 : funds.available.get(entry) + (replaced?.lockedAmount ?? 0);
  if (needed <= available) return null;
  const free = Math.max(0, available).toString();
  const locked = (entry < 0 ? 0 : funds.locked.get(entry)).toString();
  return locksCash
    ? refuse("insufficient_cash", {
        freeMicro: free,
        lockedMicro: locked,
        neededMicro: needed.toString(),
      })
    : refuse("insufficient_shares", {
        freeLots: free,
        lockedLots: locked,
        neededLots: needed.toString(),
      });
}

function checkBounds(
  state: CoreState,
  order: OrderJson,
  account: AccountRecord | null,
  replaced: OrderRecord | null,
): Failure | null {
  const { maxOpenOrdersPerAccount, maxUnsettledFills, maxUnsettledAgeMs } = state.limits;
  const openOrders = (account?.openCount ?? 0) - (replaced ? 1 : 0);
  if (mayRest(order) && openOrders >= maxOpenOrdersPerAccount) {
    return refuse("too_many_open_orders", { maxOpenOrders: maxOpenOrdersPerAccount });
  }
  const oldestMs = state.fills.oldestUnsettledMs;
  const isBehind =
    state.fills.unsettledCount >= maxUnsettledFills ||
    state.fills.unsettledMicro > state.limits.maxUnsettledMicro ||
    (oldestMs !== null && state.timeMs - oldestMs > maxUnsettledAgeMs);
  return isBehind ? refuse("settlement_behind") : null;
}
