import type { FillView } from "../../protocol/engine/view.ts";
import { type Column, createInsert, createUpsert } from "./columns.ts";

/** `engine.fills`: a fill changes its status and transaction only. */
const COLUMNS: readonly Column<FillView>[] = [
  { name: "fill_seq", type: "bigint", value: (row) => row.fillSeq },
  { name: "market_id", type: "bigint", value: (row) => row.marketId, fixed: true },
  { name: "trade_seq", type: "bigint", value: (row) => row.tradeSeq, fixed: true },
  { name: "match_kind", type: "text", value: (row) => row.matchKind, fixed: true },
  { name: "taker_hash", type: "text", value: (row) => row.takerHash, fixed: true },
  { name: "maker_hash", type: "text", value: (row) => row.makerHash, fixed: true },
  { name: "taker", type: "text", value: (row) => row.taker, fixed: true },
  { name: "maker", type: "text", value: (row) => row.maker, fixed: true },
  { name: "taker_outcome", type: "smallint", value: (row) => row.takerOutcome, fixed: true },
  { name: "taker_side", type: "smallint", value: (row) => row.takerSide, fixed: true },
  { name: "maker_outcome", type: "smallint", value: (row) => row.makerOutcome, fixed: true },
  { name: "maker_side", type: "smallint", value: (row) => row.makerSide, fixed: true },
  { name: "yes_price_ticks", type: "integer", value: (row) => row.yesPriceTicks, fixed: true },
  { name: "quantity_lots", type: "bigint", value: (row) => row.quantityLots, fixed: true },
  { name: "fee_micro", type: "bigint", value: (row) => row.feeMicro, fixed: true },
  { name: "time_ms", type: "bigint", value: (row) => row.timeMs, fixed: true },
  { name: "status", type: "text", value: (row) => row.status },
  { name: "transaction_hash", type: "text", value: (row) => row.transactionHash },
];

export const fills = createUpsert("fills", ["fill_seq"], COLUMNS);

export const newFills = createInsert("fills", COLUMNS);
