import type { Address, Hex } from "viem";
import type { OrderJson, PlaceCommand } from "../../protocol/engine/command.ts";
import { TimeInForce } from "../../protocol/order.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { NO_SLOT } from "../core/order-slots.ts";
import { NO_REPLACED, SelfTrade } from "../core/order-terms.ts";
import { place as placeInCore } from "../core/place.ts";
import { Refusal } from "../core/refusal.ts";
import type { EdgeState } from "./edge-state.ts";
import { splitNonce } from "./nonce-halves.ts";
import { isFinal, type OrderRecord } from "./order-records.ts";
import { readEvents, touchOrder } from "./read-events.ts";
import { explainRefusal, refuseSigner } from "./refusals.ts";
import type { CoreVerdict } from "./verdict.ts";
import { fillView, orderView } from "./views.ts";

const MAX_FEE_BPS = 0xffff;
const MAX_EXPIRY = 2 ** 40 - 1;

const SELF_TRADES: Record<PlaceCommand["selfTradePrevention"], SelfTrade> = {
  cancel_resting: SelfTrade.CANCEL_RESTING,
  cancel_taker: SelfTrade.CANCEL_TAKER,
  cancel_both: SelfTrade.CANCEL_BOTH,
};

/**
 * Takes a signed order in, matches it, and lets what remains rest, or cancels it. The same order
 * again gives it as it stands now, and changes nothing; to a stranger's signature it tells nothing.
 */
export function place(state: EdgeState, command: PlaceCommand): CoreVerdict {
  const known = state.orders.find(command.hash);
  if (known) return isSignedBy(known, command) ? placed(known, true) : refuseSigner(command);
  const replaced = replacedBy(state, command);
  fillTerms(state, command, replaced);
  const refusal = placeInCore(state.core, state.terms);
  if (refusal !== Refusal.NONE) return explainRefusal(state, command, replaced, refusal);
  const order = createOrder(state, command, replaced);
  state.orders.add(order);
  if (order.clientId !== null) state.accounts.get(order.account).clientIds.add(order.clientId);
  state.history.text(order.hash).integer(order.filledLots);
  if (replaced) state.touched.orders.add(replaced);
  touchOrder(state, order);
  readEvents(state, { order });
  return placed(order, false);
}

function isSignedBy(known: OrderRecord, { signer, order }: PlaceCommand): boolean {
  const by = signer.toLowerCase();
  return by === known.signer || by === order.maker.toLowerCase();
}

/** The maker's own order of the same nonce that the command amends. */
function replacedBy(state: EdgeState, { order, replaces }: PlaceCommand): OrderRecord | undefined {
  if (replaces === undefined) return undefined;
  const replaced = state.orders.find(replaces);
  const isSameLane =
    replaced?.order.maker === order.maker.toLowerCase() && replaced.order.nonce === order.nonce;
  return isSameLane ? replaced : undefined;
}

function fillTerms(
  state: EdgeState,
  command: PlaceCommand,
  replaced: OrderRecord | undefined,
): void {
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
  terms.replacesRefusal = replacesRefusal(command, replaced);
  const amends = replaced !== undefined && terms.replacesRefusal === Refusal.NONE;
  terms.replaces = amends ? replaced.slot : NO_REPLACED;
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
  replaced: OrderRecord | undefined,
): boolean {
  if (clientId === undefined || account === NO_ACCOUNT) return false;
  return clientId !== replaced?.clientId && state.accounts.get(account).clientIds.has(clientId);
}

function replacesRefusal(
  { order, replaces }: PlaceCommand,
  replaced: OrderRecord | undefined,
): Refusal {
  if (replaces === undefined) return Refusal.NONE;
  if (!replaced) return Refusal.REPLACED_UNKNOWN;
  const { marketId, outcome, side } = replaced.order;
  if (order.marketId !== marketId || order.outcome !== outcome || order.side !== side) {
    return Refusal.REPLACED_DIFFERS;
  }
  return isFinal(replaced) ? Refusal.REPLACED_NOT_OPEN : Refusal.NONE;
}

function createOrder(
  state: EdgeState,
  command: PlaceCommand,
  replaced: OrderRecord | undefined,
): OrderRecord {
  const { core, terms } = state;
  const filledLots = replaced?.filledLots ?? 0;
  return {
    id: state.orders.nextId(),
    hash: command.hash.toLowerCase() as Hex,
    order: { ...command.order, maker: state.accounts.get(terms.account).address },
    signature: command.signature,
    signer: command.signer.toLowerCase() as Address,
    clientId: command.clientId ?? null,
    account: terms.account,
    market: terms.market,
    filledLots,
    status: filledLots > 0 ? "partially_filled" : "open",
    cancelReason: null,
    createdAtMs: core.timeMs,
    updatedAtMs: core.timeMs,
    fills: [],
    slot: NO_SLOT,
  };
}

function placed(order: OrderRecord, repeated: boolean): CoreVerdict {
  const fills = order.fills.map(fillView);
  return { ok: true, kind: "place", order: orderView(order), fills, repeated };
}
