import { MICRO_PER_LOT } from "../../protocol/units.ts";
import type { Funds } from "./funds.ts";
import { deltaOf } from "./ledger.ts";
import { MINTED, NO_INFLOW } from "./markets.ts";
import { openSlotsOf } from "./open-orders.ts";
import { lockEntry, lockedAmount, locksCash } from "./resting-order.ts";
import type { CoreState } from "./state.ts";
import { LEG_MAKER, LEG_TAKER } from "./unsettled-fills.ts";

type Expect = (what: string, actual: number, expected: number) => void;

/**
 * Recounts the whole ledger from its parts. Conservation: all cash, plus fees, plus what fills put
 * into pairs, is what the chain brought in; all shares of an outcome are the pairs that fills made
 * plus what came in otherwise; every lock belongs to an open order; what an owner has beyond the chain's figure
 * is what the unsettled fills move.
 * @returns each difference as a sentence; empty when all agree.
 */
export function auditLedger(state: CoreState): string[] {
  const differences: string[] = [];
  const expect: Expect = (what, actual, expected) => {
    if (actual !== expected) differences.push(`${what} is ${actual}, expected ${expected}`);
  };
  let held = state.feesMicro;
  for (let account = 0; account < state.accounts.count; account++) {
    held += state.cash.total(account);
    auditEntry(state.cash, account, `cash of account ${account}`, differences);
  }
  for (let market = 0; market < state.markets.count; market++) {
    held += state.markets.tally(market, MINTED) * MICRO_PER_LOT;
  }
  expect("cash, fees and pairs", held, state.cashInflowMicro);
  auditShares(state, expect, differences);
  auditLocks(state, expect);
  auditUnsettled(state, expect);
  auditPending(state, expect);
  return differences;
}

function auditShares(state: CoreState, expect: Expect, differences: string[]): void {
  const { markets, holdings, shares } = state;
  const totals = new Float64Array(2 * markets.count);
  for (let entry = 0; entry < 2 * holdings.count; entry++) {
    const place = 2 * holdings.marketOf(entry >> 1) + (entry & 1);
    totals[place] = (totals[place] as number) + shares.total(entry);
    auditEntry(shares, entry, `shares of entry ${entry}`, differences);
  }
  for (let place = 0; place < totals.length; place++) {
    const market = place >> 1;
    const inflow = markets.tally(market, NO_INFLOW + (place & 1));
    const what = `${(place & 1) === 1 ? "YES" : "NO"} of market ${market}`;
    expect(what, totals[place] as number, markets.tally(market, MINTED) + inflow);
  }
}

function auditEntry(funds: Funds, entry: number, whose: string, differences: string[]): void {
  const figures: [string, number][] = [
    ["locked", funds.locked(entry)],
    ["reserve of the delayed exit", funds.requestReserve(entry)],
    ["reserve of fast exits", funds.releaseReserve(entry)],
    ["pending debit", funds.pendingDebit(entry)],
  ];
  for (const [what, figure] of figures) {
    if (figure < 0) differences.push(`${what} of ${whose} is ${figure}`);
  }
}

function auditLocks(state: CoreState, expect: Expect): void {
  const shares = new Float64Array(2 * state.holdings.count);
  for (let account = 0; account < state.accounts.count; account++) {
    let cash = 0;
    for (const slot of openSlotsOf(state.slots, state.accounts, account)) {
      const entry = lockEntry(state, slot);
      if (locksCash(state, slot)) cash += lockedAmount(state, slot);
      else shares[entry] = (shares[entry] as number) + lockedAmount(state, slot);
    }
    expect(`locked cash of account ${account}`, state.cash.locked(account), cash);
  }
  for (let entry = 0; entry < shares.length; entry++) {
    const locked = state.shares.locked(entry);
    expect(`locked shares of entry ${entry}`, locked, shares[entry] as number);
  }
}

/** What bounds the unsettled fills is their sum, and their count and lots by taker. */
function auditUnsettled({ fills, accounts }: CoreState, expect: Expect): void {
  const taken = new Float64Array(accounts.count);
  const takenLots = new Float64Array(accounts.count);
  let worthMicro = 0;
  for (let fillSeq = fills.settledThroughSeq + 1; fillSeq <= fills.lastSeq; fillSeq++) {
    const at = fills.at(fillSeq);
    const account = fills.account(at + LEG_TAKER);
    taken[account] = (taken[account] as number) + 1;
    takenLots[account] = (takenLots[account] as number) + fills.lots(at);
    worthMicro += fills.lots(at) * MICRO_PER_LOT;
  }
  expect("worth of unsettled fills", fills.unsettledMicro, worthMicro);
  for (const [account, count] of taken.entries()) {
    expect(`unsettled fills that account ${account} took`, accounts.takenFills(account), count);
    const lots = takenLots[account] as number;
    expect(`lots of fills that account ${account} took`, accounts.takenLots(account), lots);
  }
}

/** Totals differ from the settled mirror by what unsettled fills bring and take, and only they wait to be debited. */
function auditPending(state: CoreState, expect: Expect): void {
  const { fills, accounts, holdings } = state;
  const cash = { moved: new Float64Array(accounts.count), debit: new Float64Array(accounts.count) };
  const entries = 2 * holdings.count;
  const shares = { moved: new Float64Array(entries), debit: new Float64Array(entries) };
  for (let fillSeq = fills.settledThroughSeq + 1; fillSeq <= fills.lastSeq; fillSeq++) {
    const at = fills.at(fillSeq);
    for (const side of [LEG_TAKER, LEG_MAKER]) {
      const account = fills.account(at + side);
      const entry = fills.entry(at + side);
      const isBuy = fills.isBuy(at + side);
      const delta = deltaOf(state, at, side);
      const lots = fills.lots(at);
      addAt(cash.moved, account, delta);
      addAt(shares.moved, entry, isBuy ? lots : -lots);
      if (isBuy) addAt(cash.debit, account, -delta);
      else addAt(shares.debit, entry, lots);
    }
  }
  for (const [funds, { moved, debit }, what] of [
    [state.cash, cash, "cash of account"],
    [state.shares, shares, "shares of entry"],
  ] as const) {
    for (let entry = 0; entry < moved.length; entry++) {
      expect(`pending ${what} ${entry}`, funds.pending(entry), moved[entry] as number);
      const debited = funds.pendingDebit(entry);
      expect(`pending debit of ${what} ${entry}`, debited, debit[entry] as number);
    }
  }
}

function addAt(sums: Float64Array, index: number, amount: number): void {
  sums[index] = (sums[index] as number) + amount;
}
