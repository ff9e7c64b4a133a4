import { FLOOR_HIGH, FLOOR_LOW, LAST_RELEASE, OPEN_COUNT } from "./accounts.ts";
import type { Digest } from "./digest.ts";
import { FUNDS_SHIFT, type Funds } from "./funds.ts";
import { ASK, BID } from "./ladders.ts";
import {
  MARK_YES_TICKS,
  MINTED,
  NO_INFLOW,
  PHASE,
  SIMULATED_MINTED,
  TRADES,
  YES_INFLOW,
} from "./markets.ts";
import { NONCE, ORDER_ID, PACKED_TERMS, SLOT_SHIFT } from "./order-slots.ts";
import { expiryOf, filledLots, remainingLots, termOf } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Adds the whole state to a digest: what is alive now. Equal after a replay of the same commands. */
export function digestState(digest: Digest, state: CoreState): void {
  for (const figure of [
    state.seq,
    state.timeMs,
    state.lastBlock,
    state.lastBlockTimestamp,
    state.lastBatchId,
    state.tradingPaused ? 1 : 0,
    state.cashInflowMicro,
    state.feesMicro,
    state.lastOrder,
    state.fills.lastSeq,
    state.fills.settledThroughSeq,
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
  addUnsettled(digest, state);
  addAccounts(digest, state);
  addMarkets(digest, state);
}

function addUnsettled(digest: Digest, { fills }: CoreState): void {
  for (let fillSeq = fills.settledThroughSeq + 1; fillSeq <= fills.lastSeq; fillSeq++) {
    const at = fills.at(fillSeq);
    for (let field = 0; field < 15; field++) digest.integer(fills.words[at | field] as number);
  }
}

function addFunds(digest: Digest, funds: Funds, entry: number): void {
  for (let column = 0; column < 1 << FUNDS_SHIFT; column++) {
    digest.integer(funds.get(entry, column));
  }
  digest.integer(funds.releaseReserve(entry)).integer(funds.simulated(entry));
}

function addAccounts(digest: Digest, { accounts, cash, shares, holdings }: CoreState): void {
  for (let account = 0; account < accounts.count; account++) {
    for (const field of [FLOOR_HIGH, FLOOR_LOW, LAST_RELEASE, OPEN_COUNT]) {
      digest.integer(accounts.get(account, field));
    }
    addFunds(digest, cash, account);
  }
  for (let entry = 0; entry < 2 * holdings.count; entry++) addFunds(digest, shares, entry);
}

function addMarkets(digest: Digest, state: CoreState): void {
  const { markets, ladders } = state;
  for (let market = 0; market < markets.count; market++) {
    digest.integer(markets.get(market, PHASE)).integer(markets.get(market, MARK_YES_TICKS));
    for (const field of [TRADES, MINTED, SIMULATED_MINTED, NO_INFLOW, YES_INFLOW]) {
      digest.integer(markets.tally(market, field));
    }
    for (const side of [BID, ASK] as const) {
      for (const slot of ladders.slotsOf(market, side)) addOrder(digest, state, slot);
    }
  }
}

function addOrder(digest: Digest, state: CoreState, slot: number): void {
  digest.integer(state.slots.words[(slot << SLOT_SHIFT) | ORDER_ID] as number);
  digest.integer(filledLots(state, slot)).integer(remainingLots(state, slot));
  digest.integer(termOf(state, slot, NONCE)).integer(termOf(state, slot, PACKED_TERMS));
  digest.integer(expiryOf(state, slot));
}
