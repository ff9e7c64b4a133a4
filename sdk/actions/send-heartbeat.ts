import { heartbeatReplySchema } from "../../protocol/wire/heartbeat.ts";
import type { Context } from "../context.ts";

/**
 * Switches the account's dead man's switch on, or renews it: unless another heartbeat comes within
 * `timeoutMs` (1,000 … 3,600,000; 0 switches off), all its open orders are cancelled. Gives the time when
 * that happens, by the engine's clock; null when the switch is off.
 */
export async function sendHeartbeat(
  context: Context,
  { timeoutMs }: { timeoutMs: number },
): Promise<number | null> {
  const reply = await context.http.request({
    method: "POST",
    path: "/v1/heartbeat",
    body: { timeoutMs },
    reply: heartbeatReplySchema,
    repeatable: "idempotent",
  });
  return reply.dueAtMs;
}
