import type { StatusReply } from "../../protocol/engine/request.ts";
import type { DetailedHealth } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

/** Degraded while not every order is taken, or settlement waits for an operator: all else goes on. */
function engineHealth(status: StatusReply | null): DetailedHealth["engine"]["status"] {
  if (status === null) return "unhealthy";
  const { exchange, settlementHalted } = status;
  const takesAll = !exchange.tradingPaused && exchange.phase === "open";
  return takesAll && settlementHalted === null ? "healthy" : "degraded";
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
    unsettled_fills: status?.unsettledFills ?? null,
    oldest_unsettled_ms: status?.oldestUnsettledMs ?? null,
    last_block: status?.lastBlock ?? null,
    last_batch_id: status?.lastBatchId ?? null,
  };
  return { health, status };
}
