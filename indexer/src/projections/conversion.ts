import { marketGroups } from "ponder:schema";
import type { Address } from "viem";
import type { Outcome } from "../../../protocol/units.ts";
import { markYesTicks } from "../../accounting/mark.ts";
import { acquire, worthMicro } from "../../accounting/position.ts";
import type { Database } from "./database.ts";
import { getMarket } from "./market.ts";
import { changePosition } from "./position.ts";

/** The ids of a group's members, by whether a conversion's set has them: bit i is market `groupId + i`. */
export function splitMembers(event: { groupId: bigint; memberCount: number; memberSet: bigint }): {
  inSet: number[];
  others: number[];
} {
  const inSet: number[] = [];
  const others: number[] = [];
  for (let index = 0; index < event.memberCount; index++) {
    const isInSet = ((event.memberSet >> BigInt(index)) & 1n) === 1n;
    (isInSet ? inSet : others).push(Number(event.groupId) + index);
  }
  return { inSet, others };
}

/** Shares of one member that a conversion credited: what was burned lay outside, so they come in at the mark. */
export async function creditMember(
  db: Database,
  key: { account: Address; marketId: number; blockNumber: number },
  outcome: Outcome,
  lots: bigint,
): Promise<void> {
  const market = await getMarket(db, key.marketId);
  const worth = worthMicro(outcome, lots, markYesTicks(market));
  await changePosition(db, { ...key, slug: market.slug }, (position) =>
    acquire(position, outcome, lots, worth),
  );
}

/** Each member has so many more YES than NO outstanding than before. */
export async function changeExcess(db: Database, groupId: number, lots: bigint): Promise<void> {
  await db
    .update(marketGroups, { groupId })
    .set((row) => ({ excessYesLots: row.excessYesLots + lots }));
}
