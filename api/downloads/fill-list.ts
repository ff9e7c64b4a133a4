import type { FillView } from "../../protocol/engine/view.ts";
import type { DownloadRow } from "./download-rows.ts";

/** The columns of a fill, in their order. Prices in ticks, quantities in lots, money in micro. */
export const FILL_FILE_COLUMNS = [
  "fillSeq",
  "timeMs",
  "marketId",
  "tradeSeq",
  "matchKind",
  "yesPriceTicks",
  "quantityLots",
  "feeMicro",
  "taker",
  "takerOutcome",
  "takerSide",
  "takerHash",
  "maker",
  "makerOutcome",
  "makerSide",
  "makerHash",
  "status",
  "transactionHash",
] as const;

/** A fill is flat already. */
export function fillFileRow(fill: FillView): DownloadRow {
  return { ...fill };
}
