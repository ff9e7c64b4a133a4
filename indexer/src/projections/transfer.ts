import { transfers } from "ponder:schema";
import type { Address } from "viem";
import type { Database } from "./database.ts";
import { type ChainPlace, provenanceOf } from "./provenance.ts";

export type TransferKind =
  | "deposit"
  | "withdrawal"
  | "export"
  | "import"
  | "split"
  | "merge"
  | "redemption"
  | "token_redemption"
  | "no_conversion"
  | "yes_conversion";

/** What moved; absent figures are null in the row. `releaseNonce` 0 means a delayed exit, hence none. */
export interface Transfer {
  kind: TransferKind;
  account: Address;
  payer?: Address;
  marketId?: number;
  /** Of a conversion: the group, and the members whose NO are on one side. */
  groupId?: number;
  memberSet?: bigint;
  outcome?: number;
  amountMicro?: bigint;
  quantityLots?: bigint;
  yesLots?: bigint;
  noLots?: bigint;
  releaseNonce?: bigint;
}

export async function recordTransfer(
  db: Database,
  event: ChainPlace,
  transfer: Transfer,
): Promise<void> {
  const { releaseNonce, ...rest } = transfer;
  await db.insert(transfers).values({
    ...rest,
    releaseNonce: releaseNonce === 0n ? null : releaseNonce,
    ...provenanceOf(event),
  });
}
