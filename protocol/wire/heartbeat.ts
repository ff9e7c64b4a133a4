import { z } from "zod";
import { timeMsSchema } from "./scalar.ts";

/** Bounds of a dead man's switch: long enough to be renewed over a slow network, short enough to matter. */
export const HEARTBEAT_MIN_MS = 1_000;
export const HEARTBEAT_MAX_MS = 3_600_000;

/** What the engine takes as a time-out: 0 switches off. */
export const heartbeatTimeoutSchema = z.union([
  z.literal(0),
  z.int().min(HEARTBEAT_MIN_MS).max(HEARTBEAT_MAX_MS),
]);

/** Body of `POST /v1/heartbeat`. */
export const heartbeatRequestSchema = z
  .strictObject({
    timeoutMs: heartbeatTimeoutSchema.meta({
      description: `0 switches off; else ${HEARTBEAT_MIN_MS} … ${HEARTBEAT_MAX_MS} ms.`,
    }),
  })
  .meta({ id: "HeartbeatRequest" });

export type HeartbeatRequest = z.input<typeof heartbeatRequestSchema>;

export const heartbeatReplySchema = z
  .object({
    dueAtMs: timeMsSchema.nullable().meta({
      description:
        "When all open orders are cancelled unless another heartbeat comes first, by the engine's clock; null: the switch is off, or the account never held anything.",
    }),
  })
  .meta({ id: "HeartbeatReply" });

export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;
