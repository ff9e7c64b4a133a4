import type { OrderView } from "../../protocol/engine/view.ts";
import type { DownloadRow } from "./download-rows.ts";

/** The columns of an order, in their order. Prices in ticks, quantities in lots, money in micro. */
export const ORDER_FILE_COLUMNS = [
  "hash",
  "clientId",
  "createdAtMs",
  "updatedAtMs",
  "status",
  "cancelReason",
  "marketId",
  "outcome",
  "side",
  "price",
  "quantity",
  "filledLots",
  "remainingLots",
  "timeInForce",
  "maxFeeBps",
  "expiry",
  "nonce",
  "maker",
] as const;

/** An order with what was signed beside what became of it. */
export function orderFileRow({ order, ...rest }: OrderView): DownloadRow {
  return { ...rest, ...order } as unknown as DownloadRow;
}
