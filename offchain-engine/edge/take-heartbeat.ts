import type { HeartbeatCommand } from "../../protocol/engine/command.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import type { EdgeState } from "./edge-state.ts";
import type { CoreVerdict } from "./verdict.ts";

/**
 * Switches the account's dead man's switch on or off, or renews it. An account that never held anything
 * has no orders to guard: its switch stays off.
 */
export function takeHeartbeat(state: EdgeState, command: HeartbeatCommand): CoreVerdict {
  const { heartbeats, timeMs } = state.core;
  const { maker, timeoutMs } = command;
  const account = state.accounts.find(maker);
  if (account === NO_ACCOUNT) return { ok: true, kind: "heartbeat", dueAtMs: null };
  if (timeoutMs === 0) heartbeats.disarm(account);
  else heartbeats.arm(account, timeoutMs, timeMs);
  return { ok: true, kind: "heartbeat", dueAtMs: heartbeats.dueMs(account) };
}
