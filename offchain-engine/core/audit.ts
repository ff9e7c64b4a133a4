import { MICRO_PER_LOT } from "../../protocol/units.ts";
import type { Funds } from "./funds.ts";
import { openOrdersOf } from "./open-orders.ts";
import type { CoreState } from "./state.ts";

/**
 * Recounts the whole ledger from its parts. Conservation: all cash, plus fees, plus what fills put
 * into pairs, is what the chain brought in; all shares of an outcome are the pairs that fills made
 * plus what came in otherwise; every lock belongs to an open order.
 * @returns each difference as a sentence; empty when all agree.
 */
export function auditLedger(state: CoreState): string[] {
  const differences: string[] = [];
  const expect = (what: string, actual: number, expected: number) => {
    if (actual !== expected) differences.push(`${what} is ${actual}, expected ${expected}`);
  };
  let cash = 0;
  for (const { index, address } of state.accounts.records) {
    cash += state.cash.total(index);
    auditEntry(state.cash, index, `cash of ${address}`, differences);
  }
  const minted = state.markets.records.reduce((sum, market) => sum + market.mintedLots, 0);
  const held = cash + state.feesMicro + minted * MICRO_PER_LOT;
  expect("cash, fees and pairs", held, state.cashInflowMicro);
  for (const market of state.markets.records) {
    const [no, yes] = sharesOf(state, market.index, differences);
    expect(`YES of ${market.view.slug}`, yes, market.mintedLots + market.yesInflowLots);
    expect(`NO of ${market.view.slug}`, no, market.mintedLots + market.noInflowLots);
  }
  auditLocks(state, expect);
  return differences;
}

function sharesOf(state: CoreState, market: number, differences: string[]): [number, number] {
  const totals: [number, number] = [0, 0];
  for (const holding of state.holdings.records) {
    if (holding.market !== market) continue;
    for (const outcome of [0, 1] as const) {
      const entry = holding.index * 2 + outcome;
      totals[outcome] += state.shares.total(entry);
      const owner = state.accounts.get(holding.account).address;
      auditEntry(state.shares, entry, `shares of ${owner} in market ${market}`, differences);
    }
  }
  return totals;
}

function auditEntry(funds: Funds, entry: number, whose: string, differences: string[]): void {
  for (const column of ["locked", "requestReserve", "releaseReserve", "pendingDebit"] as const) {
    const figure = funds[column].get(entry);
    if (figure < 0) differences.push(`${column} of ${whose} is ${figure}`);
  }
}

function auditLocks(
  state: CoreState,
  expect: (what: string, actual: number, expected: number) => void,
): void {
  for (const account of state.accounts.records) {
    const locks = new Map<number, number>();
    let cash = 0;
    for (const order of openOrdersOf(state, account)) {
      if (order.locksCash) cash += order.lockedAmount;
      else locks.set(order.lockEntry, (locks.get(order.lockEntry) ?? 0) + order.lockedAmount);
    }
    expect(`locked cash of ${account.address}`, state.cash.locked.get(account.index), cash);
    for (const holding of account.holdings) {
      for (const entry of [holding * 2, holding * 2 + 1]) {
        const locked = state.shares.locked.get(entry);
        expect(`locked shares of ${account.address}`, locked, locks.get(entry) ?? 0);
      }
    }
  }
}
