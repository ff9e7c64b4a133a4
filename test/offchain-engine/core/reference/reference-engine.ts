import type { Address, Hex } from "viem";
import { type CoreConfig, DEFAULT_LIMITS } from "../../../../offchain-engine/core/limits.ts";
import type { CoreVerdict } from "../../../../offchain-engine/edge/verdict.ts";
import type {
  CancelAllCommand,
  Command,
  HeartbeatCommand,
  HoldCommand,
  ReleaseCommand,
  SequencedCommand,
} from "../../../../protocol/engine/command.ts";
import type { BookLevel } from "../../../../protocol/engine/view.ts";
import type { AccountState, EngineUnderTest, PublicState } from "../engine-under-test.ts";
import { applyBlock, finishBatch, markSubmitted } from "./reference-chain.ts";
import { closeMarket } from "./reference-escrow.ts";
import { end, place, rememberedFills } from "./reference-place.ts";
import {
  accountOf,
  available,
  get,
  isOpen,
  ladder,
  locked,
  lower,
  openOrders,
  type RefState,
  releasable,
  released,
  requestReserve,
  reserved,
  shareAsset,
} from "./reference-state.ts";
import { undoBlock } from "./reference-undo.ts";

/**
 * The same rules as the core, told as plainly as possible: maps, arrays and sorting; what is locked
 * or free is counted anew from the open orders each time. Slow, and easy to check by reading.
 */
export function createReferenceEngine(config: CoreConfig): EngineUnderTest {
  const { chainId, ...limits } = config;
  const state: RefState = {
    limits: { ...DEFAULT_LIMITS, ...limits },
    timeMs: 0,
    accounts: new Map(),
    markets: new Map(),
    orders: new Map(),
    finished: [],
    fills: [],
    batches: [],
    settledThrough: 0,
    forgottenThrough: 0,
    lastBatchId: 0,
    lastUndoneBatchId: 0,
    finalThrough: 0,
    taken: [],
    lastBlock: 0,
    paused: false,
    isClosed: false,
    cancelOnlyUntilMs: 0,
    postOnlyUntilMs: 0,
    held: "open",
    nextPlace: 0,
  };
  return {
    apply: (sequenced) => apply(state, sequenced),
    account: (address) => accountState(state, address),
    snapshot: () => publicState(state),
    order: (hash) => orderState(state, hash),
  };
}

function apply(state: RefState, { timeMs, command }: SequencedCommand): { verdict?: CoreVerdict } {
  state.timeMs = timeMs;
  for (const order of state.orders.values()) {
    const { expiry } = order.command.order;
    const isDue = expiry !== 0 && expiry * 1000 - state.limits.expiryLeadMs <= timeMs;
    if (isOpen(order) && isDue) end(state, order, null);
  }
  for (const market of state.markets.values()) {
    if (market.status === "open" && market.closeTime * 1000 <= timeMs) closeMarket(state, market);
  }
  setOffSwitches(state, command);
  const verdict = dispatch(state, command);
  forget(state);
  return verdict ? { verdict } : {};
}

function forget(state: RefState): void {
  const { rememberedFills, rememberedOrders } = state.limits;
  const through = Math.min(state.settledThrough - rememberedFills, state.finalThrough);
  state.forgottenThrough = Math.max(state.forgottenThrough, through);
  for (const order of state.orders.values()) {
    const hasFills = order.fills.some((seq) => seq > state.forgottenThrough);
    if (isOpen(order) || hasFills || order.isFinished) continue;
    order.isFinished = true;
    state.finished.push(order);
  }
  const gone = Math.max(0, state.finished.length - rememberedOrders);
  for (const order of state.finished.splice(0, gone)) state.orders.delete(order.view.hash);
}

function dispatch(state: RefState, command: Command): CoreVerdict | undefined {
  switch (command.kind) {
    case "place":
      return place(state, command);
    case "cancel":
      return cancel(state, command.maker, command.hash);
    case "cancel_all":
      return cancelAll(state, command);
    case "release":
      return release(state, command);
    case "heartbeat":
      return takeHeartbeat(state, command);
    case "hold":
      return hold(state, command);
    case "restart":
      state.isClosed = true;
      return undefined;
    case "reopen":
      state.isClosed = false;
      state.cancelOnlyUntilMs = state.timeMs + command.cancelOnlyMs;
      state.postOnlyUntilMs = state.cancelOnlyUntilMs + command.postOnlyMs;
      return undefined;
    case "block":
      applyBlock(state, command);
      return undefined;
    case "block_undone":
      undoBlock(state, command);
      return undefined;
    case "batch_submitted":
      markSubmitted(state, command);
      return undefined;
    case "batch_simulated":
      if (command.batchId > state.lastBatchId) finishBatch(state, command, "simulated");
      return undefined;
    case "tick":
      return undefined;
  }
}

/** Cancels what silent clients left open. Over a restart every switch counts anew. */
function setOffSwitches(state: RefState, command: Command): void {
  for (const account of state.accounts.values()) {
    const { heartbeat } = account;
    if (heartbeat && command.kind === "restart") {
      heartbeat.dueMs = Math.max(heartbeat.dueMs, state.timeMs + heartbeat.timeoutMs);
    }
    if (!heartbeat || heartbeat.dueMs > state.timeMs) continue;
    account.heartbeat = null;
    for (const order of openOrders(state, account)) end(state, order, "heartbeat");
  }
}

function takeHeartbeat(state: RefState, { maker, timeoutMs }: HeartbeatCommand): CoreVerdict {
  const account = state.accounts.get(lower(maker));
  if (!account) return { ok: true, kind: "heartbeat", dueAtMs: null };
  const dueMs = state.timeMs + timeoutMs;
  account.heartbeat = timeoutMs === 0 ? null : { timeoutMs, dueMs };
  return { ok: true, kind: "heartbeat", dueAtMs: timeoutMs === 0 ? null : dueMs };
}

function hold(state: RefState, { phase, marketId }: HoldCommand): CoreVerdict {
  const market = marketId === undefined ? undefined : state.markets.get(marketId);
  if (marketId !== undefined && !market) return { ok: false, code: "market_unknown" };
  if (market) market.heldPhase = phase;
  else state.held = phase;
  return { ok: true, kind: "hold" };
}

function cancel(state: RefState, maker: Address, hash: Hex): CoreVerdict {
  const order = state.orders.get(lower(hash));
  if (!order || order.maker !== lower(maker)) return { ok: false, code: "order_unknown" };
  if (!isOpen(order)) {
    return { ok: false, code: "order_not_open", details: { status: order.view.status } };
  }
  end(state, order, "user");
  return { ok: true, kind: "cancel", order: structuredClone(order.view) };
}

function cancelAll(state: RefState, { maker, marketId }: CancelAllCommand): CoreVerdict {
  if (marketId !== undefined && !state.markets.has(marketId)) {
    return { ok: false, code: "market_unknown" };
  }
  const orders = openOrders(state, accountOf(state, maker)).filter(
    (order) => marketId === undefined || order.command.order.marketId === marketId,
  );
  for (const order of orders) end(state, order, "user");
  return { ok: true, kind: "cancel_all", cancelled: orders.map((order) => order.view.hash) };
}

function release(state: RefState, command: ReleaseCommand): CoreVerdict {
  const amount = Number(command.amount);
  if (!/^[0-9]{1,16}$/.test(command.amount) || amount === 0 || !Number.isSafeInteger(amount)) {
    return { ok: false, code: "amount_invalid" };
  }
  if (command.deadline * 1000 <= state.timeMs) return { ok: false, code: "validation_failed" };
  const isCash = command.asset === 2;
  if (isCash ? command.marketId !== 0 : !state.markets.has(command.marketId)) {
    return { ok: false, code: "market_unknown" };
  }
  const account = accountOf(state, command.account);
  const asset = isCash ? "cash" : shareAsset(command.marketId, command.asset === 1 ? 1 : 0);
  const free = releasable(state, account, asset);
  if (amount > free) {
    const details = { [isCash ? "availableMicro" : "availableLots"]: free.toString() };
    return { ok: false, code: "release_exceeds_settled", details };
  }
  if (state.lastBatchId < state.lastUndoneBatchId) return { ok: false, code: "settlement_behind" };
  const live = account.releases.length;
  if (live >= state.limits.maxReleasesPerAccount) {
    return { ok: false, code: "release_exceeds_settled", details: { liveReleases: live } };
  }
  const nonce = ++account.lastReleaseNonce;
  account.releases.push({ nonce, asset, amount, deadline: command.deadline });
  return {
    ok: true,
    kind: "release",
    releaseNonce: nonce.toString(),
    deadline: command.deadline,
  };
}

function accountState(state: RefState, address: Address): AccountState {
  const account = accountOf(state, address);
  const total = get(account.total, "cash");
  const position = (marketId: number) => {
    const yes = shareAsset(marketId, 1);
    const no = shareAsset(marketId, 0);
    return {
      account: account.address,
      marketId,
      yesAvailableLots: available(state, account, yes),
      yesLockedLots: locked(state, account, yes),
      yesReservedLots: reserved(state, account, yes),
      noAvailableLots: available(state, account, no),
      noLockedLots: locked(state, account, no),
      noReservedLots: reserved(state, account, no),
      yesCostMicro: get(account.cost, yes).toString(),
      noCostMicro: get(account.cost, no).toString(),
    };
  };
  return {
    balance: {
      account: account.address,
      availableMicro: available(state, account, "cash").toString(),
      lockedMicro: locked(state, account, "cash").toString(),
      reservedMicro: (
        requestReserve(state, account, "cash") + released(account, "cash")
      ).toString(),
      pendingMicro: (total - get(account.settled, "cash")).toString(),
      withdrawableMicro: releasable(state, account, "cash").toString(),
    },
    positions: account.markets.map(position),
    openOrders: openOrders(state, account).map((order) => structuredClone(order.view)),
    delegates: [...account.delegates],
  };
}

function publicState(state: RefState): PublicState {
  const levels = (marketId: number, bids: boolean): BookLevel[] => {
    const byPrice = new Map<number, number>();
    for (const order of ladder(state, marketId, bids)) {
      byPrice.set(order.yesPrice, (byPrice.get(order.yesPrice) ?? 0) + order.view.remainingLots);
    }
    return [...byPrice];
  };
  const markets = [...state.markets.values()];
  return {
    markets: structuredClone(markets),
    books: markets.map(({ marketId }) => ({
      marketId,
      bids: levels(marketId, true),
      asks: levels(marketId, false),
    })),
  };
}

function orderState(state: RefState, hash: Hex) {
  const order = state.orders.get(lower(hash));
  if (!order) return null;
  return { order: structuredClone(order.view), fills: rememberedFills(state, order) };
}
