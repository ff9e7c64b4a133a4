import { exchangeEvents } from "ponder:schema";
import type { Address } from "viem";
import type { Database } from "./database.ts";
import { type ChainPlace, provenanceOf } from "./provenance.ts";

export type ExchangeEventKind =
  | "operator_set"
  | "trading_paused"
  | "trading_resumed"
  | "fees_collected";

export async function recordExchangeEvent(
  db: Database,
  event: ChainPlace,
  entry: { kind: ExchangeEventKind; account: Address; amountMicro?: bigint },
): Promise<void> {
  await db.insert(exchangeEvents).values({ ...entry, ...provenanceOf(event) });
}
