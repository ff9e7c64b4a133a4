import type { AccountRecord } from "./accounts.ts";
import { IntegerColumn } from "./integer-column.ts";

/** An account's shares in one market. Their balances are entries of the shares' `Funds`. */
export interface HoldingRecord {
  readonly index: number;
  readonly account: number;
  readonly market: number;
}

const NO_HOLDING = -1;
const MARKETS_MAX = 2 ** 21;

/** Entry of one outcome (1 YES, 0 NO) of a holding. */
export function shareEntry(holding: number, outcome: 0 | 1): number {
  return holding * 2 + outcome;
}

/** Interns (account, market) pairs, and keeps what the shares of each cost. */
export class Holdings {
  readonly records: HoldingRecord[] = [];
  /** By share entry: the cost of the shares now held, by average price, fees apart. */
  readonly costMicro = new IntegerColumn();
  readonly #indices = new Map<number, number>();

  find(account: number, market: number): number {
    return this.#indices.get(account * MARKETS_MAX + market) ?? NO_HOLDING;
  }

  get(index: number): HoldingRecord {
    return this.records[index] as HoldingRecord;
  }

  intern(account: AccountRecord, market: number): number {
    const known = this.find(account.index, market);
    if (known !== NO_HOLDING) return known;
    const index = this.records.length;
    this.records.push({ index, account: account.index, market });
    this.#indices.set(account.index * MARKETS_MAX + market, index);
    account.holdings.push(index);
    return index;
  }

  /** Shares came in for `costMicro`. */
  addCost(entry: number, costMicro: number): void {
    this.costMicro.add(entry, costMicro);
  }

  /** `lots` of the `heldLots` leave at their average cost, rounded down. */
  removeCost(entry: number, lots: number, heldLots: number): void {
    const cost = this.costMicro.get(entry);
    const part = lots >= heldLots ? cost : shareOfCostDown(cost, lots, heldLots);
    this.costMicro.add(entry, -part);
  }
}

function shareOfCostDown(costMicro: number, lots: number, heldLots: number): number {
  const product = costMicro * lots;
  if (Number.isSafeInteger(product)) return Math.floor(product / heldLots);
  return Number((BigInt(costMicro) * BigInt(lots)) / BigInt(heldLots));
}
