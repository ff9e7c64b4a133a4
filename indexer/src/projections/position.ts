import { positions } from "ponder:schema";
import type { Address } from "viem";
import { EMPTY_POSITION, type Position } from "../../accounting/position.ts";
import type { Database } from "./database.ts";

export interface PositionKey {
  account: Address;
  marketId: number;
  slug: string;
  blockNumber: number;
}

/** Replaces an account's position in a market by what `change` makes of it. */
export async function changePosition(
  db: Database,
  { account, marketId, slug, blockNumber }: PositionKey,
  change: (position: Position) => Position,
): Promise<void> {
  const row = await db.find(positions, { account, marketId });
  const after = { ...bookOf(change(row ?? EMPTY_POSITION)), updatedBlock: blockNumber };
  if (row === null) await db.insert(positions).values({ account, marketId, slug, ...after });
  else await db.update(positions, { account, marketId }).set(after);
}

/** The book-keeping columns alone: a row carries its key besides. */
function bookOf(position: Position): Position {
  const { yesLots, noLots, yesCostMicro, noCostMicro, realisedPnlMicro } = position;
  const { boughtMicro, soldMicro, feesMicro, volumeMicro, trades } = position;
  return {
    ...{ yesLots, noLots, yesCostMicro, noCostMicro, realisedPnlMicro },
    ...{ boughtMicro, soldMicro, feesMicro, volumeMicro, trades },
  };
}
