import { EventKind } from "./event-log.ts";
import { deltaOf, enterUnsettled, fillMintedLots } from "./ledger.ts";
import { MINTED } from "./markets.ts";
import { takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";
import { LEG_MAKER, LEG_TAKER } from "./unsettled-fills.ts";

const LEGS = [LEG_TAKER, LEG_MAKER] as const;

/** The block that settled the fill is gone: the mirror goes back, and the debit waits again. */
export function unsettleFill(state: CoreState, fillSeq: number): void {
  const { cash, shares, nonces, fills } = state;
  const at = fills.at(fillSeq);
  const lots = fills.lots(at);
  for (const side of LEGS) {
    const leg = at + side;
    const isBuy = fills.isBuy(leg);
    const delta = deltaOf(state, at, side);
    const moved = isBuy ? lots : -lots;
    cash.settle(fills.account(leg), -delta, isBuy ? -delta : 0);
    shares.settle(fills.entry(leg), -moved, isBuy ? 0 : -moved);
    nonces.addSettledLots(fills.nonce(leg), -lots);
    noteOwner(state, leg);
  }
  enterUnsettled(state, at);
}

/**
 * The block that skipped the fill is gone: it is booked again, and may settle this time. What its owners
 * were given back is taken from whoever has it by now; the cost of shares is the caller's to restore.
 */
export function rebookFill(state: CoreState, fillSeq: number): void {
  const { cash, shares, fills } = state;
  const at = fills.at(fillSeq);
  const lots = fills.lots(at);
  for (const side of LEGS) takeBack(state, at, side);
  for (const side of LEGS) {
    const leg = at + side;
    const delta = deltaOf(state, at, side);
    if (fills.isBuy(leg)) shares.credit(fills.entry(leg), lots);
    else cash.credit(fills.account(leg), delta);
    noteOwner(state, leg);
  }
  state.markets.addTo(fills.market(at), MINTED, fillMintedLots(state, at));
  state.feesMicro += fills.feeMicro(at);
  enterUnsettled(state, at);
}

/** The leg spends again what it had given back. */
function takeBack(state: CoreState, at: number, side: number): void {
  const { cash, shares, fills } = state;
  const leg = at + side;
  if (fills.isBuy(leg)) {
    const micro = -deltaOf(state, at, side);
    takeCash(state, fills.account(leg), micro);
    cash.addPendingDebit(fills.account(leg), micro);
  } else {
    const lots = fills.lots(at);
    takeShares(state, fills.entry(leg), lots);
    shares.addPendingDebit(fills.entry(leg), lots);
  }
}

function noteOwner({ fills, events }: CoreState, leg: number): void {
  events.add1(EventKind.BALANCE, fills.account(leg));
  events.add1(EventKind.POSITION, fills.entry(leg) >> 1);
}
