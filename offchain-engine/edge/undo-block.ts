import type { Address } from "viem";
import type { BlockUndoneCommand, ChainEvent } from "../../protocol/engine/command.ts";
import { FLOOR_HIGH, FLOOR_LOW } from "../core/accounts.ts";
import { present } from "../core/assert.ts";
import { uncreateMarket, undecideMarket } from "../core/market-life.ts";
import { restoreRelease } from "../core/releases.ts";
import { unsettleBatch } from "../core/settlement.ts";
import { pauseTrading } from "../core/trading-phase.ts";
import * as undo from "../core/undo-escrow.ts";
import { chainAmount } from "./amount.ts";
import { cancelOrdersSignedBy } from "./chain-events.ts";
import type { EdgeState } from "./edge-state.ts";
import { accountOf, entryOf, marketOf } from "./event-names.ts";
import { readEvents } from "./read-events.ts";
import type { Overwritten } from "./taken-block.ts";

type EventOf<T extends ChainEvent["type"]> = Extract<ChainEvent, { type: T }>;
type Undo<T extends ChainEvent["type"]> = (
  state: EdgeState,
  event: EventOf<T>,
  overwritten: Overwritten,
) => void;

/**
 * Takes back what the block taken last did, in reverse. What other commands built on it stands as far as
 * what is left covers it: orders that a cancel or an exit ended stay ended, and nonces stay used.
 */
export function undoBlock(state: EdgeState, { number, hash }: BlockUndoneCommand): void {
  const { core, takenBlocks } = state;
  const taken = takenBlocks.get(number);
  // Told twice, or of a block that is not the last: a report that crossed another one.
  if (taken?.hash !== hash || number !== core.lastBlock) return;
  for (const release of taken.returned.toReversed()) restoreRelease(core, release);
  readEvents(state);
  for (const { event, overwritten } of taken.events.toReversed()) {
    undoEvent(state, event, overwritten);
  }
  takenBlocks.delete(number);
  core.lastBlock = taken.before.number;
  core.lastBlockTimestamp = taken.before.timestamp;
  state.lastBlockHash = taken.before.hash;
}

function undoEvent<T extends ChainEvent["type"]>(
  state: EdgeState,
  event: EventOf<T>,
  overwritten: Overwritten,
): void {
  const inverse = INVERSES[event.type] as Undo<T>;
  const costs = costsBefore(state, overwritten);
  inverse(state, event, overwritten);
  for (const [entry, micro] of costs) setCost(state, entry, micro);
  // An undone batch's fills still belong to its transaction: the same bytes are sent again.
  const { transactionHash } = event as Partial<EventOf<"batch_settled">>;
  readEvents(state, transactionHash === undefined ? {} : { transactionHash });
}

/** What each entry's cost is to be: without what the event did to it. */
function costsBefore({ core }: EdgeState, { costs = [] }: Overwritten): [number, number][] {
  return costs.map(([entry, change]) => [entry, core.shares.cost(entry) - change]);
}

/** Shares that were sold on meanwhile took their part of the cost along. */
function setCost({ core }: EdgeState, entry: number, micro: number): void {
  const cost = core.shares.total(entry) > 0 ? Math.max(0, micro) : 0;
  core.shares.addCost(entry, cost - core.shares.cost(entry));
}

function exitOf(event: { releaseNonce: string }, overwritten: Overwritten): undo.UndoneExit {
  const { requested = 0, release = null } = overwritten;
  return { releaseNonce: Number(event.releaseNonce), requested, release };
}

function undoRequest(
  state: EdgeState,
  event: { account: Address },
  { requested = 0 }: Overwritten,
): void {
  const account = accountOf(state, event);
  undo.restoreRequest(state.core, account, state.core.cash, account, requested);
}

function undoExportRequest(
  state: EdgeState,
  event: { account: Address; marketId: number; outcome: 0 | 1 },
  { requested = 0 }: Overwritten,
): void {
  const { core } = state;
  const entry = entryOf(state, event);
  undo.restoreRequest(core, accountOf(state, event), core.shares, entry, requested);
}

function unconvert(state: EdgeState, event: EventOf<"positions_converted">): void {
  const micro = chainAmount(event.cashMicro);
  if (micro > 0) undo.unbringCash(state.core, accountOf(state, event), micro);
  for (const marketId of event.marketIds.toReversed()) {
    const entry = entryOf(state, { ...event, marketId });
    undo.unbringShares(state.core, entry, chainAmount(event.quantityLots));
  }
}

function unredeem(state: EdgeState, event: EventOf<"redeemed">): void {
  undo.unbringCash(state.core, accountOf(state, event), chainAmount(event.payoutMicro));
  for (const [outcome, lots] of [
    [0, event.noLots],
    [1, event.yesLots],
  ] as const) {
    const entry = entryOf(state, { ...event, outcome });
    undo.unleaveShares(state.core, entry, chainAmount(lots), null);
  }
}

function lowerFloor(
  state: EdgeState,
  event: EventOf<"cancel_floor_raised">,
  { floor }: Overwritten,
): void {
  const account = accountOf(state, event);
  const [high, low] = present(floor, "a raised floor was another before");
  state.core.accounts.set(account, FLOOR_HIGH, high);
  state.core.accounts.set(account, FLOOR_LOW, low);
}

function undoDelegate(
  state: EdgeState,
  event: { account: Address; delegate: Address },
  { isDelegate }: Overwritten,
): void {
  const account = state.accounts.intern(event.account);
  const delegate = event.delegate.toLowerCase() as Address;
  if (isDelegate) {
    account.delegates.add(delegate);
  } else if (account.delegates.delete(delegate)) {
    cancelOrdersSignedBy(state, account, delegate);
  }
}

function undecide(state: EdgeState, event: { marketId: number }, { decision }: Overwritten): void {
  const market = marketOf(state, event);
  const { phase, markYesTicks, payoutYes } = present(decision, "a decision followed a phase");
  const { view } = state.markets.get(market);
  view.payoutYes = payoutYes;
  undecideMarket(state.core, market, phase, markYesTicks, view.closeTime * 1000);
}

function undoPause(state: EdgeState, _: unknown, { isPaused }: Overwritten): void {
  pauseTrading(state.core, present(isPaused, "a pause followed its absence, or the reverse"));
}

function unsettle(
  state: EdgeState,
  event: EventOf<"batch_settled">,
  { fills, skips }: Overwritten,
): void {
  const { batchId, skipped } = event;
  const { firstFillSeq, lastFillSeq, journalHash } = present(fills, "a settled batch had fills");
  const indices = new Set(skipped.map(({ fillIndex }) => fillIndex));
  const batch = { batchId, firstFillSeq, lastFillSeq };
  unsettleBatch(state.core, batch, (index) => indices.has(index));
  if (state.core.batches.has(batchId)) state.batchHashes.set(batchId, journalHash);
  if (skips) state.skipped.goBack(skips);
}

const INVERSES: { [T in ChainEvent["type"]]: Undo<T> } = {
  deposited: (state, event) =>
    undo.unbringCash(state.core, accountOf(state, event), chainAmount(event.amountMicro)),
  withdrawal_requested: undoRequest,
  withdrawal_cancelled: undoRequest,
  withdrawn: (state, event, overwritten) => {
    const micro = chainAmount(event.amountMicro);
    const exit = exitOf(event, overwritten);
    undo.unwithdraw(state.core, accountOf(state, event), micro, exit);
  },
  export_requested: undoExportRequest,
  export_cancelled: undoExportRequest,
  shares_exported: (state, event, overwritten) => {
    const lots = chainAmount(event.quantityLots);
    const exit = exitOf(event, overwritten);
    undo.unleaveShares(state.core, entryOf(state, event), lots, exit);
  },
  shares_imported: (state, event) =>
    undo.unbringShares(state.core, entryOf(state, event), chainAmount(event.quantityLots)),
  shares_split: (state, event) => {
    for (const outcome of [0, 1] as const) {
      const entry = entryOf(state, { ...event, outcome });
      undo.unbringShares(state.core, entry, chainAmount(event.quantityLots));
    }
  },
  positions_converted: unconvert,
  redeemed: unredeem,
  cancel_floor_raised: lowerFloor,
  // Whether or not the cancel comes again: a nonce is never given back, nor is an order that it ended.
  cancel_requested: () => {},
  delegate_added: undoDelegate,
  delegate_removed: undoDelegate,
  market_created: (state, event) => uncreateMarket(state.core, marketOf(state, event)),
  market_proposed: undecide,
  market_resolved: undecide,
  trading_paused: undoPause,
  trading_resumed: undoPause,
  batch_settled: unsettle,
};
