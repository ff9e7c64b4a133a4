import { LAST_RELEASE, LIVE_RELEASES, NO_ACCOUNT } from "./accounts.ts";
import { EventKind } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { NO_HOLDING } from "./holdings.ts";
import { Refusal } from "./refusal.ts";
import { awaitsResettlement } from "./settlement.ts";
import { freeLocks } from "./shortfall.ts";
import type { CoreState } from "./state.ts";

/** A fast exit that was promised and not yet seen on chain. */
export interface ReleaseRecord {
  account: number;
  /** Counts the account's releases from 1. */
  nonce: number;
  isCash: boolean;
  /** Its entry of the cash or of the shares. */
  entry: number;
  amount: number;
  /** Unix seconds. */
  deadline: number;
}

/**
 * Fast exits. A release debits the account before the operator signs it; the chain's event uses it
 * up, and a block past its deadline gives it back.
 */

function fundsOf(state: CoreState, { isCash }: ReleaseRecord): Funds {
  return isCash ? state.cash : state.shares;
}

function note(state: CoreState, { isCash, entry }: ReleaseRecord): void {
  if (isCash) state.events.add1(EventKind.BALANCE, entry);
  else state.events.add1(EventKind.POSITION, entry >> 1);
}

/** What a fast exit of that entry may take now. */
export function releasable(state: CoreState, isCash: boolean, entry: number): number {
  if (entry === NO_HOLDING) return 0;
  return (isCash ? state.cash : state.shares).releasable(entry);
}

/** Sets settled, free funds aside; the release's nonce is then the account's last. */
export function grantRelease(state: CoreState, request: Omit<ReleaseRecord, "nonce">): Refusal {
  const { account, isCash, entry, amount } = request;
  if (account === NO_ACCOUNT || amount > releasable(state, isCash, entry)) {
    return Refusal.RELEASE_EXCEEDS_SETTLED;
  }
  if (awaitsResettlement(state)) return Refusal.AWAITS_RESETTLEMENT;
  const live = state.accounts.get(account, LIVE_RELEASES);
  if (live >= state.limits.maxReleasesPerAccount) return Refusal.TOO_MANY_RELEASES;
  const nonce = state.accounts.get(account, LAST_RELEASE) + 1;
  state.accounts.set(account, LAST_RELEASE, nonce);
  state.accounts.set(account, LIVE_RELEASES, live + 1);
  const release = { ...request, nonce };
  const others = state.releases.get(account);
  if (others) others.push(release);
  else state.releases.set(account, [release]);
  fundsOf(state, release).reserveRelease(entry, amount);
  note(state, release);
  return Refusal.NONE;
}

/** Sets a release's funds aside again whose use or return was undone: from open orders, where need be. */
export function restoreRelease(state: CoreState, release: ReleaseRecord): void {
  const { account, entry, amount } = release;
  const funds = fundsOf(state, release);
  freeLocks(state, account, funds, entry, () => funds.available(entry) >= amount);
  funds.restoreRelease(entry, amount);
  const releases = state.releases.get(account) ?? [];
  releases.push(release);
  releases.sort((a, b) => a.nonce - b.nonce);
  state.releases.set(account, releases);
  state.accounts.set(account, LIVE_RELEASES, releases.length);
  note(state, release);
}

/** The release of that nonce while it holds funds, else null. */
export function liveRelease(
  state: CoreState,
  account: number,
  nonce: number,
): ReleaseRecord | null {
  return state.releases.get(account)?.find((release) => release.nonce === nonce) ?? null;
}

/** Ends the release of that nonce, if it still holds funds: they are available again. */
export function endRelease(state: CoreState, account: number, nonce: number): void {
  const releases = state.releases.get(account);
  const release = releases?.find((one) => one.nonce === nonce);
  if (!releases || !release) return;
  releases.splice(releases.indexOf(release), 1);
  if (releases.length === 0) state.releases.delete(account);
  state.accounts.set(account, LIVE_RELEASES, releases.length);
  fundsOf(state, release).endRelease(release.entry, release.amount);
  note(state, release);
}

/**
 * Gives back what unused releases hold, once a block proves that they can no longer be used.
 * @returns the releases that ended.
 */
export function returnUnusedReleases(state: CoreState, blockTimestamp: number): ReleaseRecord[] {
  const ended: ReleaseRecord[] = [];
  if (state.releases.size === 0) return ended;
  for (const release of [...state.releases.values()].flat()) {
    if (blockTimestamp <= release.deadline + state.limits.releaseMarginSeconds) continue;
    endRelease(state, release.account, release.nonce);
    fundsOf(state, release).topUp(release.entry);
    ended.push(release);
  }
  return ended;
}

/** Unix seconds past which a block would give an unused release back; null when there is none. */
export function releaseReturnsAfter(state: CoreState): number | null {
  let earliest = Number.POSITIVE_INFINITY;
  for (const releases of state.releases.values()) {
    for (const { deadline } of releases) earliest = Math.min(earliest, deadline);
  }
  return Number.isFinite(earliest) ? earliest + state.limits.releaseMarginSeconds : null;
}
