import { z } from "zod";
import type {
  CancelAllCommand,
  CancelCommand,
  HeartbeatCommand,
  HoldCommand,
  PlaceCommand,
  ReleaseCommand,
} from "../../protocol/engine/command.ts";
import type { UserCommand } from "../../protocol/engine/request.ts";
import { heartbeatTimeoutSchema } from "../../protocol/wire/heartbeat.ts";
import { tradingPhaseSchema } from "../../protocol/wire/market.ts";
import { orderJsonSchema, selfTradePreventionSchema } from "../../protocol/wire/order.ts";
import {
  addressSchema,
  clientIdSchema,
  hashSchema,
  marketIdSchema,
  signatureSchema,
} from "../../protocol/wire/scalar.ts";

/**
 * The shapes that the core relies on, since it takes whatever is journalled on trust. Rules with codes
 * of their own (prices, amounts, deadlines) stay the core's.
 */

const placeSchema = z.object({
  kind: z.literal("place"),
  hash: hashSchema,
  order: z.object(orderJsonSchema.shape),
  signature: signatureSchema,
  signer: addressSchema,
  clientId: clientIdSchema.optional(),
  selfTradePrevention: selfTradePreventionSchema,
  replaces: hashSchema.optional(),
}) satisfies z.ZodType<PlaceCommand>;

const cancelSchema = z.object({
  kind: z.literal("cancel"),
  maker: addressSchema,
  hash: hashSchema,
}) satisfies z.ZodType<CancelCommand>;

const cancelAllSchema = z.object({
  kind: z.literal("cancel_all"),
  maker: addressSchema,
  marketId: marketIdSchema.optional(),
}) satisfies z.ZodType<CancelAllCommand>;

const releaseSchema = z.object({
  kind: z.literal("release"),
  account: addressSchema,
  marketId: z.int().min(0),
  asset: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  amount: z.string(),
  deadline: z.int(),
}) satisfies z.ZodType<ReleaseCommand>;

const heartbeatSchema = z.object({
  kind: z.literal("heartbeat"),
  maker: addressSchema,
  timeoutMs: heartbeatTimeoutSchema,
}) satisfies z.ZodType<HeartbeatCommand>;

const holdSchema = z.object({
  kind: z.literal("hold"),
  phase: tradingPhaseSchema,
  marketId: marketIdSchema.optional(),
}) satisfies z.ZodType<HoldCommand>;

/** What the api may put into the engine. Blocks, reports and time come through other doors. */
export const userCommandSchema = z.discriminatedUnion("kind", [
  placeSchema,
  cancelSchema,
  cancelAllSchema,
  releaseSchema,
  heartbeatSchema,
]) satisfies z.ZodType<UserCommand>;

/** A request of the api; each of its commands is parsed, and refused, by itself. */
export const engineRequestSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("commands"),
    commands: z.array(z.unknown()),
    traceparent: z.string().max(128).optional(),
  }),
  z.object({ type: z.literal("snapshot") }),
  z.object({ type: z.literal("account"), account: addressSchema }),
  z.object({ type: z.literal("tables") }),
  z.object({ type: z.literal("hold"), command: holdSchema }),
  z.object({ type: z.literal("status"), withStateHash: z.boolean().optional() }),
]);
