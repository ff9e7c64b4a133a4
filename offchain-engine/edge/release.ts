import type { ReleaseCommand } from "../../protocol/engine/command.ts";
import { ASSET_CASH } from "../../protocol/order.ts";
import { LAST_RELEASE, LIVE_RELEASES, NO_ACCOUNT } from "../core/accounts.ts";
import { NO_HOLDING } from "../core/holdings.ts";
import { NO_MARKET } from "../core/markets.ts";
import { Refusal } from "../core/refusal.ts";
import { grantRelease, releasable } from "../core/releases.ts";
import { userAmount } from "./amount.ts";
import type { EdgeState } from "./edge-state.ts";
import { readEvents } from "./read-events.ts";
import { refuse } from "./refusals.ts";
import type { CoreVerdict } from "./verdict.ts";

/**
 * Sets settled, free funds aside. `amount_invalid`, `validation_failed` (the deadline has passed),
 * `market_unknown`, `release_exceeds_settled` (too much, or too many at once).
 */
export function release(state: EdgeState, command: ReleaseCommand): CoreVerdict {
  const { core } = state;
  const { deadline } = command;
  const amount = userAmount(command.amount);
  if (amount === null) return refuse("amount_invalid");
  if (!Number.isSafeInteger(deadline) || deadline * 1000 <= core.timeMs) {
    return refuse("validation_failed", { field: "deadline" });
  }
  const isCash = command.asset === ASSET_CASH;
  const market = state.markets.find(command.marketId);
  if (isCash ? command.marketId !== 0 : market === NO_MARKET) return refuse("market_unknown");
  const account = state.accounts.find(command.account);
  const entry = isCash ? account : shareEntry(state, account, market, command.asset);
  const refusal = grantRelease(core, { account, isCash, entry, amount, deadline });
  if (refusal === Refusal.RELEASE_EXCEEDS_SETTLED) {
    const free = account === NO_ACCOUNT ? 0 : releasable(core, isCash, entry);
    const key = isCash ? "availableMicro" : "availableLots";
    return refuse("release_exceeds_settled", { [key]: free.toString() });
  }
  if (refusal === Refusal.AWAITS_RESETTLEMENT) return refuse("settlement_behind");
  if (refusal !== Refusal.NONE) {
    const liveReleases = core.accounts.get(account, LIVE_RELEASES);
    return refuse("release_exceeds_settled", { liveReleases });
  }
  readEvents(state);
  const releaseNonce = core.accounts.get(account, LAST_RELEASE).toString();
  return { ok: true, kind: "release", releaseNonce, deadline };
}

function shareEntry({ core }: EdgeState, account: number, market: number, asset: number): number {
  if (account === NO_ACCOUNT) return NO_HOLDING;
  return core.holdings.findEntry(account, market, asset === 1 ? 1 : 0);
}
