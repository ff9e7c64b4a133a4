import type { BlockUndoneCommand, ChainEvent } from "../../../../protocol/engine/command.ts";
import type { FillView, MarketView } from "../../../../protocol/engine/view.ts";
import { closeMarket, freeUntil, sharesOf, take } from "./reference-escrow.ts";
import { end } from "./reference-place.ts";
import {
  type Asset,
  accountOf,
  add,
  available,
  get,
  legEffects,
  lower,
  openOrders,
  type RefAccount,
  type RefRelease,
  type RefState,
  ROLES,
  requestReserve,
} from "./reference-state.ts";

/** The block taken last is gone from the chain. */
export function undoBlock(state: RefState, { number, hash }: BlockUndoneCommand): void {
  const taken = state.taken.at(-1);
  if (taken?.number !== number || taken.hash !== hash) return;
  for (const { account, release } of taken.returned.toReversed()) {
    restoreRelease(state, account, release);
  }
  for (const undo of taken.undo.toReversed()) undo();
  state.taken.pop();
  state.lastBlock = taken.lastBlockBefore;
}

type Event<T extends ChainEvent["type"]> = Extract<ChainEvent, { type: T }>;

/**
 * Called before the event is applied; what it gives, after it: that gives what undoes it. In between it
 * sees what the event did to the cost of shares, which is undone by the same amount.
 */
export function inverseOf(state: RefState, event: ChainEvent): () => () => void {
  const undo = undoOf(state, event);
  const before = costs(state);
  return () => {
    const changes = new Map(costs(state));
    for (const [account, byAsset] of changes) {
      const earlier = before.get(account);
      changes.set(account, subtract(byAsset, earlier ?? new Map()));
    }
    return () => {
      const current = costs(state);
      undo();
      for (const [account, byAsset] of changes) {
        for (const [asset, change] of byAsset) {
          const cost = Math.max(0, get(current.get(account) as Map<Asset, number>, asset) - change);
          account.cost.set(asset, get(account.total, asset) > 0 ? cost : 0);
        }
      }
    };
  };
}

function costs(state: RefState): Map<RefAccount, Map<Asset, number>> {
  return new Map([...state.accounts.values()].map((account) => [account, new Map(account.cost)]));
}

function subtract(after: Map<Asset, number>, before: Map<Asset, number>): Map<Asset, number> {
  const changes = [...after].map(([asset, cost]): [Asset, number] => {
    return [asset, cost - get(before, asset)];
  });
  return new Map(changes.filter(([, change]) => change !== 0));
}

function restoreRelease(state: RefState, account: RefAccount, release: RefRelease, back = 0): void {
  const { asset, amount } = release;
  freeUntil(state, account, asset, () => available(state, account, asset) + back >= amount);
  account.releases.push(release);
  account.releases.sort((a, b) => a.nonce - b.nonce);
}

function restoreRequest(
  state: RefState,
  account: RefAccount,
  asset: Asset,
  requested: number,
): void {
  account.requested.set(asset, requested);
  freeUntil(state, account, asset, () => requestReserve(state, account, asset) >= requested);
}

function undoOf(state: RefState, event: ChainEvent): () => void {
  switch (event.type) {
    case "deposited":
      return () => unbring(state, accountOf(state, event.account), "cash", event.amountMicro);
    case "withdrawal_requested":
    case "withdrawal_cancelled":
      return undoRequest(state, accountOf(state, event.account), "cash");
    case "export_requested":
    case "export_cancelled":
      return undoRequest(state, ...sharesOf(state, event));
    case "withdrawn": {
      const account = accountOf(state, event.account);
      return undoExit(state, account, "cash", Number(event.amountMicro), event.releaseNonce);
    }
    case "shares_exported": {
      const [account, asset] = sharesOf(state, event);
      return undoExit(state, account, asset, Number(event.quantityLots), event.releaseNonce);
    }
    case "shares_imported":
      return () => unbring(state, ...sharesOf(state, event), event.quantityLots);
    case "shares_split":
      return () => {
        for (const outcome of [0, 1] as const) {
          unbring(state, ...sharesOf(state, { ...event, outcome }), event.quantityLots);
        }
      };
    case "positions_converted":
      return () => {
        unbring(state, accountOf(state, event.account), "cash", event.cashMicro);
        for (const marketId of event.marketIds.toReversed()) {
          unbring(state, ...sharesOf(state, { ...event, marketId }), event.quantityLots);
        }
      };
    case "redeemed":
      return () => unredeem(state, event);
    default:
      return undoRule(state, event);
  }
}

function undoRule(state: RefState, event: ChainEvent): () => void {
  switch (event.type) {
    case "cancel_floor_raised": {
      const account = accountOf(state, event.account);
      const { floor } = account;
      return () => {
        account.floor = floor;
      };
    }
    case "delegate_added":
    case "delegate_removed":
      return undoDelegate(state, event);
    case "market_created":
      return () => {
        const market = state.markets.get(event.marketId) as MarketView;
        if (market.status === "open") closeMarket(state, market);
      };
    case "market_proposed":
    case "market_resolved": {
      const { status, payoutYes } = state.markets.get(event.marketId) as MarketView;
      return () => {
        const market = state.markets.get(event.marketId) as MarketView;
        const isOver = status === "open" && market.closeTime * 1000 <= state.timeMs;
        market.status = isOver ? "closed" : status;
        market.payoutYes = payoutYes;
      };
    }
    case "trading_paused":
    case "trading_resumed": {
      const { paused } = state;
      return () => {
        state.paused = paused;
      };
    }
    case "batch_settled":
      return undoBatch(state, event);
    default:
      return () => {};
  }
}

function unbring(state: RefState, account: RefAccount, asset: Asset, decimal: string): void {
  const amount = Number(decimal);
  take(state, account, asset, amount);
  add(account.settled, asset, -amount);
}

function undoRequest(state: RefState, account: RefAccount, asset: Asset): () => void {
  const requested = get(account.requested, asset);
  return () => restoreRequest(state, account, asset, requested);
}

function undoExit(
  state: RefState,
  account: RefAccount,
  asset: Asset,
  amount: number,
  releaseNonce: string,
): () => void {
  const requested = get(account.requested, asset);
  const release = account.releases.find(({ nonce }) => nonce === Number(releaseNonce));
  return () => {
    if (release) restoreRelease(state, account, release, amount);
    add(account.total, asset, amount);
    add(account.settled, asset, amount);
    if (releaseNonce === "0") restoreRequest(state, account, asset, requested);
  };
}

function unredeem(state: RefState, event: Event<"redeemed">): void {
  unbring(state, accountOf(state, event.account), "cash", event.payoutMicro);
  for (const [outcome, lots] of [
    [0, event.noLots],
    [1, event.yesLots],
  ] as const) {
    const [account, asset] = sharesOf(state, { ...event, outcome });
    add(account.total, asset, Number(lots));
    add(account.settled, asset, Number(lots));
  }
}

function undoDelegate(
  state: RefState,
  event: Event<"delegate_added"> | Event<"delegate_removed">,
): () => void {
  const account = accountOf(state, event.account);
  const delegate = lower(event.delegate);
  const was = account.delegates.includes(delegate);
  return () => {
    const is = account.delegates.includes(delegate);
    if (was && !is) account.delegates.push(delegate);
    if (was || !is) return;
    account.delegates = account.delegates.filter((one) => one !== delegate);
    if (delegate === account.address) return;
    for (const order of openOrders(state, account)) {
      if (order.signer === delegate) end(state, order, "delegate_removed");
    }
  };
}

function undoBatch(state: RefState, event: Event<"batch_settled">): () => void {
  const { batchId, transactionHash, skipped } = event;
  const { settledThrough } = state;
  const batch = state.batches.find((one) => one.batchId === batchId) ?? {
    batchId,
    first: settledThrough + 1,
    last: settledThrough,
  };
  return () => {
    if (batch.last >= batch.first || state.batches.length > 0) state.batches.unshift(batch);
    state.lastBatchId = batchId - 1;
    state.settledThrough = batch.first - 1;
    for (let seq = batch.last; seq >= batch.first; seq--) {
      const fill = state.fills[seq - 1] as FillView;
      if (skipped.some(({ fillIndex }) => fillIndex === seq - batch.first)) rebook(state, fill);
      else unsettle(state, fill);
      fill.status = "submitted";
      fill.transactionHash = transactionHash;
    }
    if (batch.last < batch.first) return;
    state.lastUndoneBatchId = Math.max(state.lastUndoneBatchId, batchId);
  };
}

function unsettle(state: RefState, fill: FillView): void {
  for (const role of ROLES) {
    const { gives, takes } = legEffects(fill, role);
    const account = accountOf(state, fill[role]);
    add(account.settled, gives[0], -gives[1]);
    add(account.settled, takes[0], takes[1]);
  }
}

function rebook(state: RefState, fill: FillView): void {
  for (const role of ROLES) {
    const { takes } = legEffects(fill, role);
    take(state, accountOf(state, fill[role]), takes[0], takes[1]);
  }
  for (const role of ROLES) {
    const { gives } = legEffects(fill, role);
    add(accountOf(state, fill[role]).total, gives[0], gives[1]);
  }
}
