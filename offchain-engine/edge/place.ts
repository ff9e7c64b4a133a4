import type { Address, Hex } from "viem";
import type { OrderJson, PlaceCommand } from "../../protocol/engine/command.ts";
import { TimeInForce } from "../../protocol/order.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { NO_REPLACED, packTerms, SelfTrade } from "../core/order-terms.ts";
import { place as placeInCore } from "../core/place.ts";
import { Refusal } from "../core/refusal.ts";
import type { EdgeState } from "./edge-state.ts";
import { splitNonce } from "./nonce-halves.ts";
import { NO_RECORD } from "./order-pages.ts";
import { readEvents, touchOrder } from "./read-events.ts";
import { explainRefusal, refuseSigner } from "./refusals.ts";
import type { CoreVerdict } from "./verdict.ts";
import { fillsOf, orderView } from "./views.ts";

const MAX_FEE_BPS = 0xffff;
const MAX_EXPIRY = 2 ** 40 - 1;

const SELF_TRADES: Record<PlaceCommand["selfTradePrevention"], SelfTrade> = {
  cancel_resting: SelfTrade.CANCEL_RESTING,
  cancel_taker: SelfTrade.CANCEL_TAKER,
  cancel_both: SelfTrade.CANCEL_BOTH,
};

/**
 * Takes a signed order in, matches it, and lets what remains rest, or cancels it. The same order
 * again, while it is remembered, gives it as it stands now with the fills that are, and changes nothing;
 * to a stranger's signature it tells nothing.
 */
export function place(state: EdgeState, command: PlaceCommand): CoreVerdict {
  const known = state.orders.find(command.hash);
  if (known !== NO_RECORD) {
    return isSignedBy(state, known, command) ? placed(state, known, true) : refuseSigner(command);
  }
  const replaced = replacedBy(state, command);
  fillTerms(state, command, replaced);
  const refusal = placeInCore(state.core, state.terms);
  if (refusal !== Refusal.NONE) return explainRefusal(state, command, replaced, refusal);
  const order = addOrder(state, command, replaced);
  state.touched.own = order;
  state.touched.amends = replaced !== NO_RECORD;
  // An amendment back to a forgotten order has that order's hash, and so perhaps a row.
  state.touched.placed = replaced === NO_RECORD ? order : null;
  if (replaced !== NO_RECORD) state.touched.orders.add(replaced);
  touchOrder(state, order);
  readEvents(state, { order });
  return placed(state, order, false);
}

function isSignedBy(state: EdgeState, known: number, { signer, order }: PlaceCommand): boolean {
  const by = signer.toLowerCase();
  return by === state.orders.document(known).signer || by === order.maker.toLowerCase();
}

/** The maker's own order of the same nonce that the command amends. */
function replacedBy(state: EdgeState, { order, replaces }: PlaceCommand): number {
  if (replaces === undefined) return NO_RECORD;
  const replaced = state.orders.find(replaces);
  if (replaced === NO_RECORD) return NO_RECORD;
  const { maker, nonce } = state.orders.document(replaced).order;
  return maker === order.maker.toLowerCase() && nonce === order.nonce ? replaced : NO_RECORD;
}

function fillTerms(state: EdgeState, command: PlaceCommand, replaced: number): void {
  const { terms } = state;
  const { order } = command;
  const account = state.accounts.find(order.maker);
  const nonce = splitNonce(order.nonce);
  terms.account = account;
  terms.market = state.markets.find(order.marketId);
  terms.outcome = order.outcome;
  terms.side = order.side;
  terms.priceTicks = order.price;
  terms.quantityLots = order.quantity;
  terms.timeInForce = order.timeInForce;
  terms.maxFeeBps = order.maxFeeBps;
  terms.expirySeconds = order.expiry;
  terms.nonceHigh = nonce?.high ?? 0;
  terms.nonceLow = nonce?.low ?? 0;
  terms.selfTrade = SELF_TRADES[command.selfTradePrevention];
  terms.isWellFormed = nonce !== null && hasValidShape(order);
  terms.isSignerAllowed = maySign(state, command, account);
  terms.isClientIdUsed = isClientIdUsed(state, command, account, replaced);
  terms.replacesRefusal = replacesRefusal(state, command, replaced);
  const amends = replaced !== NO_RECORD && terms.replacesRefusal === Refusal.NONE;
  terms.replaces = amends ? state.orders.slot(replaced) : NO_REPLACED;
}

function hasValidShape(order: OrderJson): boolean {
  return (
    (order.outcome === 0 || order.outcome === 1) &&
    (order.side === 0 || order.side === 1) &&
    isWithin(order.timeInForce, TimeInForce.POST_ONLY_GTD) &&
    isWithin(order.maxFeeBps, MAX_FEE_BPS) &&
    isWithin(order.expiry, MAX_EXPIRY)
  );
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

function maySign(state: EdgeState, { signer, order }: PlaceCommand, account: number): boolean {
  const by = signer.toLowerCase() as Address;
  if (by === order.maker.toLowerCase()) return true;
  return account !== NO_ACCOUNT && state.accounts.get(account).delegates.has(by);
}

function isClientIdUsed(
  state: EdgeState,
  { clientId }: PlaceCommand,
  account: number,
  replaced: number,
): boolean {
  if (clientId === undefined || account === NO_ACCOUNT) return false;
  // An amendment may keep the id of the order that it replaces.
  if (replaced !== NO_RECORD && state.orders.document(replaced).clientId === clientId) return false;
  return state.clientIds.has(account, clientId);
}

function replacesRefusal(
  { orders }: EdgeState,
  { order, replaces }: PlaceCommand,
  replaced: number,
): Refusal {
  if (replaces === undefined) return Refusal.NONE;
  if (replaced === NO_RECORD) return Refusal.REPLACED_UNKNOWN;
  const { marketId, outcome, side } = orders.document(replaced).order;
  if (order.marketId !== marketId || order.outcome !== outcome || order.side !== side) {
    return Refusal.REPLACED_DIFFERS;
  }
  return orders.isFinal(replaced) ? Refusal.REPLACED_NOT_OPEN : Refusal.NONE;
}

/** Gives the order that the core has just numbered its record. */
function addOrder(state: EdgeState, command: PlaceCommand, replaced: number): number {
  const { core, orders, terms } = state;
  const filledLots = replaced === NO_RECORD ? 0 : orders.filledLots(replaced);
  const document = {
    id: core.lastOrder,
    hash: command.hash.toLowerCase() as Hex,
    order: { ...command.order, maker: state.accounts.get(terms.account).address },
    signature: command.signature.toLowerCase() as Hex,
    signer: command.signer.toLowerCase() as Address,
    clientId: command.clientId ?? null,
  };
  const place = {
    account: terms.account,
    market: terms.market,
    filledLots,
    timeMs: core.timeMs,
  };
  if (document.clientId !== null) state.clientIds.add(terms.account, document.clientId);
  state.history.text(document.hash).integer(filledLots);
  return orders.add(document, place, packTerms(terms));
}

function placed(state: EdgeState, record: number, repeated: boolean): CoreVerdict {
  const order = orderView(state, record);
  return { ok: true, kind: "place", order, fills: fillsOf(state, record), repeated };
}
