import { strict as assert } from "node:assert";
import { tokenBalances, tokenTransfers } from "ponder:schema";
import { type Address, zeroAddress } from "viem";
import { outcomeOfToken } from "../../accounting/token-id.ts";
import type { Database } from "./database.ts";
import type { ChainPlace } from "./provenance.ts";
import { provenanceOf } from "./provenance.ts";

/** One movement of one token id, within a single or a batch transfer. */
export interface TokenMovement {
  operator: Address;
  from: Address;
  to: Address;
  tokenId: bigint;
  quantityLots: bigint;
  batchIndex: number;
}

/** Records the movement and moves it between the balances of its two ends; the zero address has none. */
export async function moveTokens(
  db: Database,
  event: ChainPlace,
  movement: TokenMovement,
): Promise<void> {
  const { operator, from, to, tokenId, quantityLots, batchIndex } = movement;
  const token = { tokenId, ...outcomeOfToken(tokenId) };
  const place = provenanceOf(event);
  await db.insert(tokenTransfers).values({
    ...token,
    ...{ batchIndex, operator, fromAccount: from, toAccount: to, quantityLots },
    ...place,
  });
  for (const [account, lots] of [
    [from, -quantityLots],
    [to, quantityLots],
  ] as const) {
    if (account === zeroAddress) continue;
    const after = await db
      .insert(tokenBalances)
      .values({ account, ...token, quantityLots: lots, updatedBlock: place.blockNumber })
      .onConflictDoUpdate((row) => ({
        quantityLots: row.quantityLots + lots,
        updatedBlock: place.blockNumber,
      }));
    assert(after.quantityLots >= 0n, `${account} has fewer than no tokens ${tokenId}`);
  }
}
