import { FLOOR_HIGH, FLOOR_LOW, LAST_RELEASE } from "./accounts.ts";
import type { Digest } from "./digest.ts";
import type { Funds } from "./funds.ts";
import { ASK, BID } from "./ladders.ts";
import { MINTED, NO_INFLOW, SIMULATED_MINTED, TRADES, YES_INFLOW } from "./markets.ts";
import { expiryOf, filledLots } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Adds the whole state to a digest: what is alive now. Equal after a replay of the same commands. */
export function digestState(digest: Digest, state: CoreState): void {
  for (const figure of [
    state.seq,
    state.timeMs,
    state.lastBlock,
    state.lastBlockTimestamp,
    state.lastBatchId,
    state.lastUndoneBatchId,
    state.tradingPaused ? 1 : 0,
    state.phases.held,
    state.phases.cancelOnlyUntilMs,
    state.phases.postOnlyUntilMs,
    state.cashInflowMicro,
    state.feesMicro,
    state.lastOrder,
    state.fills.lastSeq,
    state.fills.settledThroughSeq,
    state.fills.finalThroughSeq,
    state.fills.unsettledMicro,
    state.nonces.size.lanes,
  ]) {
    digest.integer(figure);
  }
  for (const batch of state.batches.values()) {
    digest.integer(batch.batchId).integer(batch.firstFillSeq).integer(batch.lastFillSeq);
  }
  for (const release of [...state.releases.values()].flat()) {
    digest
      .integer(release.account)
      .integer(release.nonce)
      .integer(release.isCash ? 1 : 0);
    digest.integer(release.entry).integer(release.amount).integer(release.deadline);
  }
  for (const { account, timeoutMs, dueMs } of state.heartbeats.armed()) {
    digest.integer(account).integer(timeoutMs).integer(dueMs);
  }
  addUnsettled(digest, state);
  addAccounts(digest, state);
  addMarkets(digest, state);
}

function addUnsettled(digest: Digest, { fills }: CoreState): void {
  for (let fillSeq = fills.finalThroughSeq + 1; fillSeq <= fills.lastSeq; fillSeq++) {
    for (const figure of fills.figures(fillSeq)) digest.integer(figure);
  }
}

function addFunds(digest: Digest, funds: Funds, entry: number): void {
  for (const figure of funds.figures(entry)) digest.integer(figure);
}

function addAccounts(digest: Digest, { accounts, cash, shares, holdings }: CoreState): void {
  for (let account = 0; account < accounts.count; account++) {
    for (const field of [FLOOR_HIGH, FLOOR_LOW, LAST_RELEASE]) {
      digest.integer(accounts.get(account, field));
    }
    digest.integer(accounts.openCount(account));
    addFunds(digest, cash, account);
  }
  for (let entry = 0; entry < 2 * holdings.count; entry++) addFunds(digest, shares, entry);
}

function addMarkets(digest: Digest, state: CoreState): void {
  const { markets, ladders } = state;
  for (let market = 0; market < markets.count; market++) {
    digest.integer(markets.phase(market)).integer(markets.held(market));
    digest.integer(markets.markYesTicks(market));
    for (const field of [TRADES, MINTED, SIMULATED_MINTED, NO_INFLOW, YES_INFLOW]) {
      digest.integer(markets.tally(market, field));
    }
    for (const side of [BID, ASK] as const) {
      for (const slot of ladders.slotsOf(market, side)) addOrder(digest, state, slot);
    }
  }
}

function addOrder(digest: Digest, state: CoreState, slot: number): void {
  digest.integer(state.slots.order(slot));
  digest.integer(filledLots(state, slot)).integer(state.slots.remaining(slot));
  digest.integer(state.slots.nonce(slot)).integer(state.slots.terms(slot));
  digest.integer(expiryOf(state, slot));
}
