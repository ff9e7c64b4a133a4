import type { StatusReply } from "../../protocol/engine/request.ts";
import { skipReasonName } from "../../protocol/settlement/skip-reason.ts";
import type { DetailedHealth } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

/** A fill that the chain refused keeps the engine degraded for so long: somebody has to look. */
const SKIP_ALARM_MS = 24 * 3_600_000;

/** Degraded while not every order is taken, settlement waits for an operator, or a fill was refused lately. */
function engineHealth(status: StatusReply | null): DetailedHealth["engine"]["status"] {
  if (status === null) return "unhealthy";
  const { exchange, settlementHalted, skippedFills } = status;
  const takesAll = !exchange.tradingPaused && exchange.phase === "open";
  const skippedLately = Date.now() - (skippedFills.last?.timeMs ?? 0) < SKIP_ALARM_MS;
  return takesAll && settlementHalted === null && !skippedLately ? "healthy" : "degraded";
}

function lastSkipped(status: StatusReply | null): DetailedHealth["engine"]["last_skipped_fill"] {
  const last = status?.skippedFills.last;
  if (!last) return null;
  const { fillSeq, batchId, reason, timeMs } = last;
  return { fill_seq: fillSeq, batch_id: batchId, reason: skipReasonName(reason), time_ms: timeMs };
}

/** Whether the engine answers, and where it stands. */
export async function checkEngine({
  engine,
}: Services): Promise<{ health: DetailedHealth["engine"]; status: StatusReply | null }> {
  const answer = await probe(() => engine.status());
  const status = answer.ok ? answer.value : null;
  const health: DetailedHealth["engine"] = {
    status: engineHealth(status),
    latency_ms: answer.latencyMs,
    seq: status?.seq ?? null,
    journal_hash: status?.journalHash ?? null,
    settlement: status?.settlement ?? null,
    settlement_halted: status?.settlementHalted ?? null,
    trading_paused: status?.exchange.tradingPaused ?? null,
    trading_phase: status?.exchange.phase ?? null,
    skipped_fills: status?.skippedFills.count ?? null,
    last_skipped_fill: lastSkipped(status),
    unsettled_fills: status?.unsettledFills ?? null,
    oldest_unsettled_ms: status?.oldestUnsettledMs ?? null,
    last_block: status?.lastBlock ?? null,
    last_batch_id: status?.lastBatchId ?? null,
  };
  return { health, status };
}
