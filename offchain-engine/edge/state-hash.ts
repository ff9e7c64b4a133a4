import { Digest } from "../core/digest.ts";
import { digestState } from "../core/state-hash.ts";
import type { EdgeState } from "./edge-state.ts";

/**
 * Digest of the whole state, 16 hex digits: what is alive now, and the running digest of everything
 * that has happened to orders and fills. Equal after a replay of the same commands.
 */
export function hashState(state: EdgeState): string {
  const digest = new Digest();
  digest.integer(state.chainId).text(state.history.hex());
  digest
    .text(state.lastBlockHash ?? "")
    .integer(state.marketsSeq)
    .integer(state.exchangeSeq);
  digest.integer(state.skipped.count).text(JSON.stringify(state.skipped.last));
  for (const [batchId, journalHash] of state.batchHashes) digest.integer(batchId).text(journalHash);
  digest.integer(state.lastEventSeq).text(state.clientIds.hex());
  digest.integer(state.orders.count).integer(state.fills.forgottenThrough);
  for (const block of state.takenBlocks.values()) digest.text(JSON.stringify(block));
  digestState(digest, state.core);
  for (const { address, delegates, streamSeq } of state.accounts.all) {
    digest.text(address).integer(streamSeq).integer(delegates.size);
    for (const delegate of delegates) digest.text(delegate);
  }
  for (const { view, bookSeq } of state.markets.all) {
    digest.integer(view.marketId).text(view.slug).text(view.status);
    digest.integer(view.payoutYes ?? -1).integer(bookSeq);
  }
  return digest.hex();
}
