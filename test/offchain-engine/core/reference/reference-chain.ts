import type { Address } from "viem";
import type {
  BatchSubmittedCommand,
  BlockCommand,
  ChainEvent,
  SkippedFill,
} from "../../../../protocol/engine/command.ts";
import type { FillView, MarketView } from "../../../../protocol/engine/view.ts";
import { closeMarket, freeUntil, sharesOf, take } from "./reference-escrow.ts";
import { end } from "./reference-place.ts";
import {
  type Asset,
  accountOf,
  add,
  isOpen,
  legEffects,
  lower,
  openOrders,
  type RefAccount,
  type RefBlock,
  type RefState,
  ROLES,
  requestReserve,
} from "./reference-state.ts";
import { inverseOf } from "./reference-undo.ts";

export function applyBlock(state: RefState, block: BlockCommand): void {
  if (block.number <= state.lastBlock) return;
  const { number, hash } = block;
  const taken: RefBlock = {
    number,
    hash,
    lastBlockBefore: state.lastBlock,
    undo: [],
    settledThrough: 0,
    returned: [],
  };
  state.lastBlock = number;
  for (const event of block.events) {
    const undo = inverseOf(state, event);
    applyEvent(state, event);
    taken.undo.push(undo());
  }
  for (const account of state.accounts.values()) {
    for (const release of [...account.releases]) {
      if (block.timestamp <= release.deadline + state.limits.releaseMarginSeconds) continue;
      account.releases.splice(account.releases.indexOf(release), 1);
      taken.returned.push({ account, release });
    }
  }
  taken.settledThrough = state.settledThrough;
  state.taken.push(taken);
  while (state.taken[0] && state.taken[0].number <= number - state.limits.maxReorgBlocks) {
    state.finalThrough = Math.max(state.finalThrough, state.taken[0].settledThrough);
    state.taken.shift();
  }
}

function bring(account: RefAccount, asset: Asset, amount: number, cost = 0): void {
  add(account.total, asset, amount);
  add(account.settled, asset, amount);
  if (asset !== "cash") add(account.cost, asset, cost);
}

/** The payout once final, else the last trade's YES price, else 500. */
function mark(state: RefState, marketId: number, outcome: 0 | 1): number {
  const market = state.markets.get(marketId);
  const isFinal = market?.status === "resolved" || market?.status === "void";
  const lastTrade = state.fills.findLast((fill) => fill.marketId === marketId);
  const yes = isFinal ? (market.payoutYes ?? 0) : (lastTrade?.yesPriceTicks ?? 500);
  return outcome === 1 ? yes : 1000 - yes;
}

/** Shares that come in count as bought at the mark. */
function bringShares(
  state: RefState,
  event: { account: Address; marketId: number; outcome: 0 | 1; quantityLots: string },
): void {
  const lots = Number(event.quantityLots);
  const cost = mark(state, event.marketId, event.outcome) * lots * 10;
  bring(...sharesOf(state, event), lots, cost);
}

function request(state: RefState, account: RefAccount, asset: Asset, decimal: string): void {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const amount = Number(BigInt(decimal) > most ? most : BigInt(decimal));
  account.requested.set(asset, amount);
  freeUntil(state, account, asset, () => requestReserve(state, account, asset) >= amount);
}

function leave(
  state: RefState,
  account: RefAccount,
  asset: Asset,
  amount: number,
  releaseNonce: string,
): void {
  let freed = 0;
  if (releaseNonce === "0") {
    account.requested.set(asset, 0);
    take(state, account, asset, amount);
  } else {
    const index = account.releases.findIndex(({ nonce }) => nonce === Number(releaseNonce));
    // What the release held pays for it: nothing else of the account is touched.
    const release = account.releases[index];
    if (release) {
      freed = release.amount;
      take(state, account, asset, amount, freed);
      account.releases.splice(index, 1);
    } else {
      take(state, account, asset, amount);
    }
  }
  add(account.settled, asset, -amount);
}

function applyEvent(state: RefState, event: ChainEvent): void {
  switch (event.type) {
    case "deposited":
      bring(accountOf(state, event.account), "cash", Number(event.amountMicro));
      return;
    case "withdrawal_requested":
      request(state, accountOf(state, event.account), "cash", event.amountMicro);
      return;
    case "withdrawal_cancelled":
      accountOf(state, event.account).requested.set("cash", 0);
      return;
    case "withdrawn": {
      const account = accountOf(state, event.account);
      leave(state, account, "cash", Number(event.amountMicro), event.releaseNonce);
      return;
    }
    case "export_requested":
      request(state, ...sharesOf(state, event), event.quantityLots);
      return;
    case "export_cancelled": {
      const [account, asset] = sharesOf(state, event);
      account.requested.set(asset, 0);
      return;
    }
    case "shares_exported": {
      const [account, asset] = sharesOf(state, event);
      leave(state, account, asset, Number(event.quantityLots), event.releaseNonce);
      return;
    }
    case "shares_imported":
      bringShares(state, event);
      return;
    case "shares_split":
      for (const outcome of [1, 0] as const) bringShares(state, { ...event, outcome });
      return;
    case "positions_converted":
      for (const marketId of event.marketIds) bringShares(state, { ...event, marketId });
      bring(accountOf(state, event.account), "cash", Number(event.cashMicro));
      return;
    case "redeemed":
      redeem(state, event);
      return;
    default:
      applyRule(state, event);
      return;
  }
}

function redeem(state: RefState, event: Extract<ChainEvent, { type: "redeemed" }>): void {
  for (const [outcome, lots] of [
    [1, event.yesLots],
    [0, event.noLots],
  ] as const) {
    const [account, asset] = sharesOf(state, { ...event, outcome });
    take(state, account, asset, Number(lots));
    add(account.settled, asset, -Number(lots));
  }
  bring(accountOf(state, event.account), "cash", Number(event.payoutMicro));
}

function applyRule(state: RefState, event: ChainEvent): void {
  switch (event.type) {
    case "cancel_floor_raised": {
      const account = accountOf(state, event.account);
      if (BigInt(event.floor) > account.floor) account.floor = BigInt(event.floor);
      for (const order of openOrders(state, account)) {
        const { nonce } = order.command.order;
        if (BigInt(nonce) < account.floor) end(state, order, "cancel_floor");
      }
      return;
    }
    case "cancel_requested": {
      const account = accountOf(state, event.account);
      for (const order of openOrders(state, account)) {
        if (order.command.order.nonce === event.nonce) end(state, order, "user");
      }
      if (!account.nonces.has(event.nonce)) account.nonces.set(event.nonce, null);
      return;
    }
    case "delegate_added": {
      const { delegates } = accountOf(state, event.account);
      if (!delegates.includes(lower(event.delegate))) delegates.push(lower(event.delegate));
      return;
    }
    case "delegate_removed": {
      const account = accountOf(state, event.account);
      const removed = lower(event.delegate);
      account.delegates = account.delegates.filter((delegate) => delegate !== removed);
      if (removed === account.address) return;
      for (const order of openOrders(state, account)) {
        if (order.signer === removed) end(state, order, "delegate_removed");
      }
      return;
    }
    case "market_created": {
      const { type, ...terms } = event;
      const market = { ...terms, resolver: lower(terms.resolver) };
      state.markets.set(event.marketId, {
        ...market,
        status: "open",
        // An operator's hold outlives a creation that was undone and comes again.
        heldPhase: state.markets.get(event.marketId)?.heldPhase ?? "open",
        payoutYes: null,
      });
      return;
    }
    case "market_proposed":
    case "market_resolved": {
      const market = state.markets.get(event.marketId) as MarketView;
      if (market.status === "open") closeMarket(state, market);
      market.payoutYes = event.payoutYes;
      if (event.type === "market_proposed") market.status = "proposed";
      else market.status = event.isVoid ? "void" : "resolved";
      return;
    }
    case "trading_paused":
    case "trading_resumed":
      state.paused = event.type === "trading_paused";
      return;
    case "batch_settled": {
      if (event.settled + event.skipped.length === 0) {
        state.lastBatchId = event.batchId;
        state.batches = state.batches.filter(({ batchId }) => batchId !== event.batchId);
        return;
      }
      finishBatch(state, event, "settled");
      return;
    }
  }
}

export function markSubmitted(state: RefState, command: BatchSubmittedCommand): void {
  const { batchId, firstFillSeq: first, lastFillSeq: last, transactionHash } = command;
  if (batchId <= state.lastBatchId) return;
  if (!state.batches.some((batch) => batch.batchId === batchId)) {
    state.batches.push({ batchId, first, last });
  }
  for (const fill of state.fills.slice(first - 1, last)) {
    fill.status = "submitted";
    fill.transactionHash = transactionHash;
  }
}

export function finishBatch(
  state: RefState,
  outcome: {
    batchId: number;
    transactionHash: `0x${string}`;
    skipped: SkippedFill[];
    firstFillSeq?: number;
    lastFillSeq?: number;
  },
  status: "settled" | "simulated",
): void {
  const batch = state.batches.find(({ batchId }) => batchId === outcome.batchId);
  const first = batch?.first ?? outcome.firstFillSeq ?? 0;
  const last = batch?.last ?? outcome.lastFillSeq ?? 0;
  state.batches = state.batches.filter(({ batchId }) => batchId !== outcome.batchId);
  state.lastBatchId = outcome.batchId;
  state.settledThrough = last;
  if (status === "simulated") state.finalThrough = last;
  for (let seq = first; seq <= last; seq++) {
    const fill = state.fills[seq - 1] as FillView;
    fill.transactionHash = outcome.transactionHash;
    if (outcome.skipped.some(({ fillIndex }) => fillIndex === seq - first)) {
      fill.status = "skipped";
      undo(state, fill);
    } else {
      fill.status = status;
      for (const role of ROLES) {
        const { gives, takes } = legEffects(fill, role);
        const account = accountOf(state, fill[role]);
        add(account.settled, gives[0], gives[1]);
        add(account.settled, takes[0], -takes[1]);
      }
    }
  }
}

function undo(state: RefState, fill: FillView): void {
  for (const role of ROLES) {
    const { takes, cost } = legEffects(fill, role);
    const account = accountOf(state, fill[role]);
    add(account.total, takes[0], takes[1]);
    if (takes[0] !== "cash") add(account.cost, takes[0], cost);
  }
  for (const role of ROLES) {
    const { gives } = legEffects(fill, role);
    take(state, accountOf(state, fill[role]), gives[0], gives[1]);
  }
  for (const hash of [fill.takerHash, fill.makerHash]) {
    const order = state.orders.get(hash);
    if (order && isOpen(order)) end(state, order, "settlement_skipped");
  }
}
