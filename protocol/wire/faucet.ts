import { z } from "zod";
import { addressSchema, amountSchema, hashSchema, microSchema } from "./scalar.ts";

/** Body of `POST /v1/faucet` (development chains only). The amount is capped; 1,000 collateral by default. */
export const faucetRequestSchema = z
  .strictObject({ address: addressSchema, amountMicro: amountSchema.optional() })
  .meta({ id: "FaucetRequest" });

export type FaucetRequest = z.infer<typeof faucetRequestSchema>;

export const faucetReplySchema = z
  .object({
    address: addressSchema,
    collateralMicro: microSchema,
    etherWei: z.string(),
    transactionHashes: z.array(hashSchema),
  })
  .meta({ id: "FaucetReply" });

export type FaucetReply = z.infer<typeof faucetReplySchema>;
