import type { ChainEvent } from "../../protocol/engine/command.ts";
import { FLOOR_HIGH, FLOOR_LOW } from "../core/accounts.ts";
import { liveRelease } from "../core/releases.ts";
import { LEG_MAKER, LEG_TAKER } from "../core/unsettled-fills.ts";
import type { EdgeState } from "./edge-state.ts";
import { accountOf, entryOf, marketOf } from "./event-names.ts";
import type { Overwritten } from "./taken-block.ts";

/** What the event is about to overwrite; `costs` hold the costs before it, until `costChanges`. */
export function overwrittenBy(state: EdgeState, event: ChainEvent): Overwritten {
  const { core } = state;
  const costs = costsOf(state, event);
  switch (event.type) {
    case "withdrawal_requested":
    case "withdrawal_cancelled":
      return { requested: core.cash.requested(accountOf(state, event)) };
    case "export_requested":
    case "export_cancelled":
      return { requested: core.shares.requested(entryOf(state, event)) };
    case "withdrawn": {
      const account = accountOf(state, event);
      const release = liveRelease(core, account, Number(event.releaseNonce));
      return { requested: core.cash.requested(account), release };
    }
    case "shares_exported": {
      const release = liveRelease(core, accountOf(state, event), Number(event.releaseNonce));
      return { costs, requested: core.shares.requested(entryOf(state, event)), release };
    }
    case "cancel_floor_raised": {
      const account = accountOf(state, event);
      const { accounts } = core;
      return { floor: [accounts.get(account, FLOOR_HIGH), accounts.get(account, FLOOR_LOW)] };
    }
    case "delegate_added":
    case "delegate_removed": {
      const { delegates } = state.accounts.intern(event.account);
      return { isDelegate: delegates.has(event.delegate.toLowerCase() as typeof event.delegate) };
    }
    case "market_proposed":
    case "market_resolved":
      return { decision: decisionOf(state, event) };
    case "trading_paused":
    case "trading_resumed":
      return { isPaused: core.tradingPaused };
    case "batch_settled":
      return { costs, ...fillsOf(state, event), ...skipsBefore(state, event) };
    default:
      return costs.length > 0 ? { costs } : {};
  }
}

/** Turns the costs before the event into how much it changed them; drops those that it left alone. */
export function costChanges({ core }: EdgeState, overwritten: Overwritten): Overwritten {
  if (!overwritten.costs) return overwritten;
  const costs = overwritten.costs
    .map(([entry, before]): [number, number] => [entry, core.shares.cost(entry) - before])
    .filter(([, change]) => change !== 0);
  return { ...overwritten, costs };
}

function decisionOf(
  state: EdgeState,
  event: { marketId: number },
): NonNullable<Overwritten["decision"]> {
  const { markets } = state.core;
  const market = marketOf(state, event);
  const { payoutYes } = state.markets.get(market).view;
  const phase = markets.phase(market);
  return { phase, markYesTicks: markets.markYesTicks(market), payoutYes };
}

type BatchSettled = Extract<ChainEvent, { type: "batch_settled" }>;

/** A batch that was not sent is an empty one, which only takes its number. */
function fillsOf({ core }: EdgeState, { batchId, journalHash }: BatchSettled): Overwritten {
  const { settledThroughSeq } = core.fills;
  const batch = core.batches.get(batchId);
  const firstFillSeq = batch?.firstFillSeq ?? settledThroughSeq + 1;
  const lastFillSeq = batch?.lastFillSeq ?? settledThroughSeq;
  return { fills: { firstFillSeq, lastFillSeq, journalHash } };
}

function skipsBefore({ skipped }: EdgeState, event: BatchSettled): Overwritten {
  return event.skipped.length > 0 ? { skips: skipped.taken() } : {};
}

/** The entries of shares whose cost the event may change, with that cost. */
function costsOf(state: EdgeState, event: ChainEvent): [number, number][] {
  return [...new Set(entriesOf(state, event))].map((entry) => [
    entry,
    state.core.shares.cost(entry),
  ]);
}

function entriesOf(state: EdgeState, event: ChainEvent): number[] {
  switch (event.type) {
    case "shares_exported":
    case "shares_imported":
      return [entryOf(state, event)];
    case "shares_split":
    case "redeemed":
      return ([1, 0] as const).map((outcome) => entryOf(state, { ...event, outcome }));
    case "positions_converted":
      return event.marketIds.map((marketId) => entryOf(state, { ...event, marketId }));
    case "batch_settled":
      return skippedEntries(state, event);
    default:
      return [];
  }
}

function skippedEntries({ core }: EdgeState, { batchId, skipped }: BatchSettled): number[] {
  const batch = core.batches.get(batchId);
  if (!batch) return [];
  return skipped.flatMap(({ fillIndex }) => {
    const fillSeq = batch.firstFillSeq + fillIndex;
    if (fillSeq > batch.lastFillSeq) return [];
    return [LEG_TAKER, LEG_MAKER].map((leg) => core.fills.entry(core.fills.at(fillSeq) + leg));
  });
}
