import type { ReleaseCommand } from "../../protocol/engine/command.ts";
import { ASSET_CASH } from "../../protocol/order.ts";
import { NO_ACCOUNT } from "./accounts.ts";
import { userAmount } from "./amount.ts";
import type { Funds } from "./funds.ts";
import { shareEntry } from "./holdings.ts";
import type { CoreState } from "./state.ts";
import type { CoreVerdict } from "./verdict.ts";

/** A fast exit that was promised and not yet seen on chain. */
export interface ReleaseRecord {
  account: number;
  /** Counts the account's releases from 1. */
  nonce: number;
  asset: "cash" | "shares";
  /** Its entry of the asset's funds, and the account or the holding that the entry belongs to. */
  entry: number;
  owner: number;
  amount: number;
  /** Unix seconds. */
  deadline: number;
}

/**
 * Fast exits. A release debits the account before the operator signs it; the chain's event uses it
 * up, and a block past its deadline gives it back.
 */

function fundsOf(state: CoreState, release: ReleaseRecord): Funds {
  return release.asset === "cash" ? state.cash : state.shares;
}

function keyOf(account: number, releaseNonce: string): string {
  return `${account}:${releaseNonce}`;
}

function touch(state: CoreState, release: ReleaseRecord): void {
  if (release.asset === "cash") state.touched.balances.add(release.owner);
  else state.touched.holdings.add(release.owner);
}

/**
 * Sets settled, free funds aside. `amount_invalid`, `validation_failed` (the deadline has passed),
 * `market_unknown`, `release_exceeds_settled` (too much, or too many at once).
 */
export function grantRelease(state: CoreState, command: ReleaseCommand): CoreVerdict {
  const amount = userAmount(command.amount);
  if (amount === null) return { ok: false, code: "amount_invalid" };
  if (!Number.isSafeInteger(command.deadline) || command.deadline * 1000 <= state.timeMs) {
    return { ok: false, code: "validation_failed", details: { field: "deadline" } };
  }
  const market = state.markets.find(command.marketId);
  const isCash = command.asset === ASSET_CASH;
  if (isCash ? command.marketId !== 0 : !market) return { ok: false, code: "market_unknown" };
  const accountIndex = state.accounts.find(command.account);
  const owner = isCash ? accountIndex : state.holdings.find(accountIndex, market?.index ?? -1);
  const funds = isCash ? state.cash : state.shares;
  const entry = isCash ? owner : shareEntry(owner, command.asset === 1 ? 1 : 0);
  const releasable = accountIndex === NO_ACCOUNT || owner < 0 ? 0 : funds.releasable(entry);
  if (amount > releasable) {
    const key = isCash ? "availableMicro" : "availableLots";
    const details = { [key]: releasable.toString() };
    return { ok: false, code: "release_exceeds_settled", details };
  }
  const account = state.accounts.get(accountIndex);
  if (account.liveReleases >= state.limits.maxReleasesPerAccount) {
    const details = { liveReleases: account.liveReleases };
    return { ok: false, code: "release_exceeds_settled", details };
  }
  account.liveReleases++;
  const nonce = ++account.lastReleaseNonce;
  const { deadline } = command;
  const release: ReleaseRecord = {
    account: accountIndex,
    nonce,
    asset: isCash ? "cash" : "shares",
    entry,
    owner,
    amount,
    deadline,
  };
  state.releases.set(keyOf(accountIndex, nonce.toString()), release);
  funds.reserveRelease(entry, amount);
  touch(state, release);
  return { ok: true, kind: "release", releaseNonce: nonce.toString(), deadline };
}

/** Ends the release of that nonce, if it still holds funds: they are available again. */
export function endRelease(state: CoreState, account: number, releaseNonce: string): void {
  const release = state.releases.get(keyOf(account, releaseNonce));
  if (!release) return;
  state.releases.delete(keyOf(account, releaseNonce));
  state.accounts.get(account).liveReleases--;
  fundsOf(state, release).endRelease(release.entry, release.amount);
  touch(state, release);
}

/** Gives back what unused releases hold, once a block proves that they can no longer be used. */
export function returnUnusedReleases(state: CoreState, blockTimestamp: number): void {
  for (const release of [...state.releases.values()]) {
    if (blockTimestamp <= release.deadline + state.limits.releaseMarginSeconds) continue;
    endRelease(state, release.account, release.nonce.toString());
    fundsOf(state, release).topUp(release.entry);
  }
}

/** Unix seconds past which a block would give an unused release back; null when there is none. */
export function releaseReturnsAfter(state: CoreState): number | null {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { deadline } of state.releases.values()) earliest = Math.min(earliest, deadline);
  return Number.isFinite(earliest) ? earliest + state.limits.releaseMarginSeconds : null;
}
