import { z } from "zod";
import { tradingPhaseSchema } from "./market.ts";
import { slugSchema } from "./scalar.ts";

/** Body of `POST /v1/exchange/hold` (admin wallets). */
export const holdRequestSchema = z
  .strictObject({
    phase: tradingPhaseSchema.meta({
      description: "`cancel_only` stops trading, `post_only` lets makers alone, `open` lets go.",
    }),
    market: slugSchema.optional().meta({ description: "The whole exchange when absent." }),
  })
  .meta({ id: "HoldRequest" });

/** What is held from now on. */
export const holdReplySchema = z
  .object({ phase: tradingPhaseSchema, market: slugSchema.nullable() })
  .meta({ id: "HoldReply" });

export type HoldRequest = z.input<typeof holdRequestSchema>;
export type HoldReply = z.infer<typeof holdReplySchema>;
