import { ASK, BID } from "./book.ts";
import { Digest } from "./digest.ts";
import type { Funds } from "./funds.ts";
import type { CoreState } from "./state.ts";

/**
 * Digest of the whole state, 16 hex digits: what is alive now, and the running digest of everything
 * that has happened to orders and fills. Equal after a replay of the same commands.
 */
export function hashState(state: CoreState): string {
  const digest = new Digest();
  digest.integer(state.chainId).integer(state.seq).integer(state.timeMs);
  digest.text(state.history.hex()).text(state.lastBlockHash ?? "");
  for (const count of [
    state.lastBlock,
    state.lastBlockTimestamp,
    state.lastBatchId,
    state.marketsSeq,
    state.tradingPaused ? 1 : 0,
    state.cashInflowMicro,
    state.feesMicro,
    state.fills.lastSeq,
    state.fills.settledThroughSeq,
    state.fills.unsettledMicro,
  ]) {
    digest.integer(count);
  }
  for (const batch of state.batches.values()) {
    digest.integer(batch.batchId).integer(batch.firstFillSeq).integer(batch.lastFillSeq);
  }
  for (const release of state.releases.values()) {
    digest.integer(release.account).integer(release.nonce).text(release.asset);
    digest.integer(release.entry).integer(release.amount).integer(release.deadline);
  }
  addAccounts(digest, state);
  addHoldings(digest, state);
  addMarkets(digest, state);
  return digest.hex();
}

function addFunds(digest: Digest, funds: Funds, entry: number): void {
  digest
    .integer(funds.available.get(entry))
    .integer(funds.locked.get(entry))
    .integer(funds.requested.get(entry))
    .integer(funds.requestReserve.get(entry))
    .integer(funds.releaseReserve.get(entry))
    .integer(funds.settled.get(entry))
    .integer(funds.simulated.get(entry))
    .integer(funds.pendingDebit.get(entry));
}

function addAccounts(digest: Digest, state: CoreState): void {
  for (const account of state.accounts.records) {
    digest.text(account.address).text(account.cancelFloor.toString());
    digest.integer(account.streamSeq).integer(account.lastReleaseNonce);
    digest.integer(account.openCount).integer(account.lanes.size);
    for (const delegate of account.delegates) digest.text(delegate);
    addFunds(digest, state.cash, account.index);
  }
}

function addHoldings(digest: Digest, state: CoreState): void {
  for (const holding of state.holdings.records) {
    digest.integer(holding.account).integer(holding.market);
    for (const entry of [holding.index * 2, holding.index * 2 + 1]) {
      addFunds(digest, state.shares, entry);
      digest.integer(state.holdings.costMicro.get(entry));
    }
  }
}

function addMarkets(digest: Digest, state: CoreState): void {
  for (const market of state.markets.records) {
    digest.integer(market.view.marketId).text(market.view.slug).text(market.view.status);
    digest
      .integer(market.view.payoutYes ?? -1)
      .integer(market.bookSeq)
      .integer(market.tradeSeq);
    digest
      .integer(market.markYesTicks)
      .integer(market.mintedLots)
      .integer(market.simulatedMintedLots);
    digest.integer(market.yesInflowLots).integer(market.noInflowLots);
    for (const side of [BID, ASK] as const) {
      for (const slot of market.book.slots(side)) {
        const order = state.orders.get(state.pool.orderId[slot] as number);
        digest.integer(order.id).integer(order.filledLots).integer(order.lockedAmount);
      }
    }
  }
}
