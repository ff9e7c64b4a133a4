import type { CancelReason } from "../../protocol/engine/view.ts";
import { EndReason } from "../core/event-log.ts";

/** What the core's reasons for an order's end are called; an order that expired has none. */
export const CANCEL_REASONS: Record<EndReason, CancelReason | null> = {
  [EndReason.EXPIRED]: null,
  [EndReason.USER]: "user",
  [EndReason.FAK_REMAINDER]: "fak_remainder",
  [EndReason.SELF_TRADE]: "self_trade",
  [EndReason.MARKET_CLOSED]: "market_closed",
  [EndReason.CANCEL_FLOOR]: "cancel_floor",
  [EndReason.WITHDRAWAL]: "withdrawal",
  [EndReason.DELEGATE_REMOVED]: "delegate_removed",
  [EndReason.REPLACED]: "replaced",
  [EndReason.SETTLEMENT_SKIPPED]: "settlement_skipped",
  [EndReason.HEARTBEAT]: "heartbeat",
  [EndReason.FILL_LIMIT]: "fill_limit",
};
