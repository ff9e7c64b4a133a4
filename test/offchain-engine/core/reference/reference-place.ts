import type { Address } from "viem";
import type { CoreVerdict } from "../../../../offchain-engine/edge/verdict.ts";
import type { PlaceCommand } from "../../../../protocol/engine/command.ts";
import type { FillView, OrderView } from "../../../../protocol/engine/view.ts";
import type { ErrorCode, Failure } from "../../../../protocol/errors.ts";
import {
  accountOf,
  add,
  available,
  get,
  isOpen,
  knowMarket,
  ladder,
  legEffects,
  lockAmount,
  locked,
  lower,
  openOrders,
  phaseIn,
  type RefOrder,
  type RefState,
  ROLES,
  shareAsset,
} from "./reference-state.ts";

const [GTD, FOK, FAK, POST_ONLY, POST_ONLY_GTD] = [1, 2, 3, 4, 5];

export function end(state: RefState, order: RefOrder, reason: OrderView["cancelReason"]): void {
  order.view.status = reason === null ? "expired" : "cancelled";
  order.view.cancelReason = reason;
  order.view.updatedAtMs = state.timeMs;
  order.isResting = false;
}

/** floor(cost × lots / held), exactly. */
function partOfCost(cost: number, lots: number, held: number): number {
  return lots >= held ? cost : Number((BigInt(cost) * BigInt(lots)) / BigInt(held));
}

export function removeCost(
  account: { total: Map<string, number>; cost: Map<string, number> },
  asset: string,
  lots: number,
): void {
  const cost = get(account.cost, asset);
  add(account.cost, asset, -partOfCost(cost, lots, get(account.total, asset)));
}

function view(order: RefOrder): OrderView {
  return structuredClone(order.view);
}

export function rememberedFills(state: RefState, order: RefOrder): FillView[] {
  return order.fills
    .filter((seq) => seq > state.forgottenThrough)
    .map((seq) => ({ ...(state.fills[seq - 1] as FillView) }));
}

function placed(state: RefState, order: RefOrder, repeated: boolean): CoreVerdict {
  const fills = rememberedFills(state, order);
  return { ok: true, kind: "place", order: view(order), fills, repeated };
}

function feeOf(yesPrice: number, quantity: number, bps: number): number {
  const base = BigInt(Math.min(yesPrice, 1000 - yesPrice)) * BigInt(quantity) * 10n;
  return Number((base * BigInt(bps)) / 10_000n);
}

export function place(state: RefState, command: PlaceCommand): CoreVerdict {
  const known = state.orders.get(lower(command.hash));
  if (known && ![known.signer, known.maker].includes(lower(command.signer))) {
    return { ok: false, code: "signature_invalid" };
  }
  if (known) return placed(state, known, true);
  const order = createOrder(state, command);
  const replaced = findReplaced(state, command);
  const code = refusal(state, command, order, replaced);
  if (typeof code === "string") return { ok: false, code };
  if (code) return code;

  const account = accountOf(state, order.maker);
  const keepsPlace = replaced !== null && onlyLowers(command, replaced.command);
  if (replaced) end(state, replaced, "replaced");
  account.nonces.set(command.order.nonce, order);
  if (command.clientId !== undefined) account.clientIds.add(command.clientId);
  knowMarket(account, command.order.marketId);
  state.orders.set(order.view.hash, order);
  if (replaced && keepsPlace) order.place = replaced.place;
  else match(state, order);
  if (isOpen(order)) order.isResting = true;
  return placed(state, order, false);
}

function createOrder(state: RefState, command: PlaceCommand): RefOrder {
  const { order } = command;
  const maker = lower(order.maker);
  const filled = findReplaced(state, command)?.view.filledLots ?? 0;
  const isBid = (order.outcome === 1) === (order.side === 0);
  return {
    view: {
      hash: lower(command.hash),
      order: { ...order, maker },
      clientId: command.clientId ?? null,
      status: filled > 0 ? "partially_filled" : "open",
      cancelReason: null,
      filledLots: filled,
      remainingLots: order.quantity - filled,
      createdAtMs: state.timeMs,
      updatedAtMs: state.timeMs,
    },
    command,
    maker,
    signer: lower(command.signer),
    place: state.nextPlace++,
    isResting: false,
    yesPrice: order.outcome === 1 ? order.price : 1000 - order.price,
    isBid,
    fills: [],
    isFinished: false,
  };
}

function findReplaced(state: RefState, command: PlaceCommand): RefOrder | null {
  const named = command.replaces ? state.orders.get(lower(command.replaces)) : undefined;
  if (!named || named.maker !== lower(command.order.maker)) return null;
  return named.command.order.nonce === command.order.nonce ? named : null;
}

function onlyLowers({ order: next }: PlaceCommand, { order: last }: PlaceCommand): boolean {
  const fields = ["price", "timeInForce", "expiry", "maxFeeBps"] as const;
  return next.quantity <= last.quantity && fields.every((field) => next[field] === last[field]);
}

/** Resting orders that the order may meet, in the order in which it would. */
function reach(state: RefState, order: RefOrder): RefOrder[] {
  return ladder(state, order.command.order.marketId, !order.isBid).filter((maker) =>
    order.isBid ? maker.yesPrice <= order.yesPrice : maker.yesPrice >= order.yesPrice,
  );
}

function refusal(
  state: RefState,
  command: PlaceCommand,
  order: RefOrder,
  replaced: RefOrder | null,
): ErrorCode | Failure | null {
  const { order: o } = command;
  const market = state.markets.get(o.marketId);
  if (!market) return "market_unknown";
  if (market.status !== "open") {
    return { ok: false, code: "market_not_open", details: { status: market.status } };
  }
  if (state.paused) return "trading_paused";
  const phase = phaseIn(state, market);
  if (phase === "cancel_only") return "cancel_only";
  if (phase === "post_only" && o.timeInForce < POST_ONLY) return "post_only";
  if (o.price < 1 || o.price > 999) return "price_out_of_range";
  const isPostOnly = o.timeInForce === POST_ONLY || o.timeInForce === POST_ONLY_GTD;
  const isDated = o.timeInForce === GTD || o.timeInForce === POST_ONLY_GTD;
  const lastMs = o.expiry * 1000 - state.limits.expiryLeadMs;
  const offStep = o.price % market.priceStep !== 0;
  if (offStep) return "price_off_step";
  if (o.quantity < 1 || o.quantity > 0xffff_fffe) return "quantity_out_of_range";
  if (isDated && o.expiry === 0) return "order_expiry_required";
  if (!isDated && o.expiry !== 0) return "order_expiry_unexpected";
  if (o.expiry !== 0 && lastMs <= state.timeMs) return "order_expired";
  if (!isPostOnly && o.maxFeeBps < market.takerFeeBps) return "fee_cap_too_low";
  const account = accountOf(state, order.maker);
  if (order.signer !== order.maker && !account.delegates.includes(order.signer)) {
    return "signature_invalid";
  }
  if (BigInt(o.nonce) < account.floor) {
    return { ok: false, code: "nonce_below_floor", details: { floor: account.floor.toString() } };
  }
  if (command.replaces) {
    if (!replaced) return "order_unknown";
    const last = replaced.command.order;
    if (last.marketId !== o.marketId || last.outcome !== o.outcome || last.side !== o.side) {
      return "nonce_used";
    }
    if (!isOpen(replaced) || account.nonces.get(o.nonce) !== replaced) return "order_not_open";
    if (o.quantity <= replaced.view.filledLots) return "quantity_out_of_range";
  } else if (account.nonces.has(o.nonce)) {
    return "nonce_used";
  }
  const { clientId } = command;
  if (clientId !== undefined && clientId !== replaced?.view.clientId) {
    if (account.clientIds.has(clientId)) return "client_id_used";
  }
  const met = reach(state, order);
  if (isPostOnly && met.length > 0) return "post_only_would_cross";
  if (!isPostOnly && command.selfTradePrevention === "cancel_taker") {
    if (met[0]?.maker === order.maker) return "self_trade";
  }
  const feeBps = isPostOnly ? 0 : market.takerFeeBps;
  const unfunded = fundsRefusal(state, command, order, replaced, feeBps);
  if (unfunded) return unfunded;
  const open = openOrders(state, account).length - (replaced ? 1 : 0);
  const rests = o.timeInForce !== FOK && o.timeInForce !== FAK;
  if (rests && open >= state.limits.maxOpenOrdersPerAccount) return "too_many_open_orders";
  if (isBehind(state, order.maker, met.length > 0)) return "settlement_behind";
  return o.timeInForce === FOK && !fillsCompletely(state, order, met) ? "fok_not_filled" : null;
}

function fillsCompletely(state: RefState, order: RefOrder, met: RefOrder[]): boolean {
  let lots = 0;
  for (const maker of met.slice(0, state.limits.maxFillsPerOrder)) {
    if (maker.maker !== order.maker) lots += maker.view.remainingLots;
    else if (order.command.selfTradePrevention !== "cancel_resting") break;
    if (lots >= order.view.remainingLots) return true;
  }
  return lots >= order.view.remainingLots;
}

function fundsRefusal(
  state: RefState,
  command: PlaceCommand,
  order: RefOrder,
  replaced: RefOrder | null,
  takerFeeBps: number,
): Failure | ErrorCode | null {
  const { order: o } = command;
  const account = accountOf(state, order.maker);
  const lots = order.view.remainingLots;
  const asset = o.side === 0 ? "cash" : shareAsset(o.marketId, o.outcome);
  const feeBps = replaced && onlyLowers(command, replaced.command) ? 0 : takerFeeBps;
  const needed = o.side === 0 ? o.price * lots * 10 + feeOf(o.price, lots, feeBps) : lots;
  const free = available(state, account, asset) + (replaced ? lockAmount(replaced) : 0);
  if (needed > free) {
    const unit = o.side === 0 ? "Micro" : "Lots";
    const details = {
      [`free${unit}`]: Math.max(0, free).toString(),
      [`locked${unit}`]: locked(state, account, asset).toString(),
      [`needed${unit}`]: needed.toString(),
    };
    return { ok: false, code: o.side === 0 ? "insufficient_cash" : "insufficient_shares", details };
  }
  return null;
}

function isBehind(state: RefState, maker: Address, takes: boolean): boolean {
  const unsettled = state.fills.slice(state.settledThrough);
  const oldest = unsettled[0];
  if (state.lastBatchId < state.lastUndoneBatchId) return true;
  if (!takes) return false;
  if (unsettled.length >= state.limits.maxUnsettledFills) return true;
  const worth = worthMicro(unsettled);
  if (worth > state.limits.maxUnsettledMicro) return true;
  const own = unsettled.filter(({ taker }) => taker === maker);
  const left = state.limits.maxUnsettledFills - unsettled.length;
  if (unsettled.length >= left && own.length > left / 8) return true;
  const leftMicro = state.limits.maxUnsettledMicro - worth;
  if (worth >= leftMicro && worthMicro(own) > leftMicro / 8) return true;
  return oldest !== undefined && state.timeMs - oldest.timeMs > state.limits.maxUnsettledAgeMs;
}

function worthMicro(fills: FillView[]): number {
  return fills.reduce((sum, { quantityLots }) => sum + quantityLots * 10_000, 0);
}

function match(state: RefState, taker: RefOrder): void {
  const { timeInForce } = taker.command.order;
  for (const [met, maker] of reach(state, taker).entries()) {
    if (taker.view.remainingLots === 0) break;
    if (met === state.limits.maxFillsPerOrder) {
      end(state, taker, "fill_limit");
      return;
    }
    if (maker.maker === taker.maker) {
      const mode = taker.command.selfTradePrevention;
      if (mode !== "cancel_taker") end(state, maker, "self_trade");
      if (mode === "cancel_resting") continue;
      end(state, taker, "self_trade");
      return;
    }
    fill(state, taker, maker);
  }
  if (taker.view.remainingLots > 0 && timeInForce === FAK) end(state, taker, "fak_remainder");
}

function fill(state: RefState, taker: RefOrder, maker: RefOrder): void {
  const quantityLots = Math.min(taker.view.remainingLots, maker.view.remainingLots);
  const { marketId } = taker.command.order;
  const market = state.markets.get(marketId);
  const t = taker.command.order;
  const m = maker.command.order;
  const sameOutcome = t.outcome === 1 ? "transfer_yes" : "transfer_no";
  const record: FillView = {
    fillSeq: state.fills.length + 1,
    marketId,
    tradeSeq: state.fills.filter((f) => f.marketId === marketId).length + 1,
    matchKind: t.outcome === m.outcome ? sameOutcome : t.side === 0 ? "mint" : "merge",
    takerHash: taker.view.hash,
    makerHash: maker.view.hash,
    taker: taker.maker,
    maker: maker.maker,
    takerOutcome: t.outcome,
    takerSide: t.side,
    makerOutcome: m.outcome,
    makerSide: m.side,
    yesPriceTicks: maker.yesPrice,
    quantityLots,
    feeMicro: feeOf(maker.yesPrice, quantityLots, market?.takerFeeBps ?? 0).toString(),
    timeMs: state.timeMs,
    status: "matched",
    transactionHash: null,
  };
  state.fills.push(record);
  for (const role of ROLES) {
    const { gives, takes, cost } = legEffects(record, role);
    const account = accountOf(state, record[role]);
    if (takes[0] === "cash") add(account.cost, gives[0], cost);
    else removeCost(account, takes[0], takes[1]);
    add(account.total, takes[0], -takes[1]);
    add(account.total, gives[0], gives[1]);
  }
  for (const order of [taker, maker]) {
    order.fills.push(record.fillSeq);
    order.view.filledLots += quantityLots;
    order.view.remainingLots -= quantityLots;
    order.view.status = order.view.remainingLots === 0 ? "filled" : "partially_filled";
    order.view.updatedAtMs = state.timeMs;
    if (order.view.status === "filled") order.isResting = false;
  }
}
