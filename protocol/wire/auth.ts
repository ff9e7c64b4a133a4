import { z } from "zod";
import { addressSchema, hexSchema, timeMsSchema } from "./scalar.ts";

/** A sign-in nonce: single use, gone at `expiresAtMs`. */
export const authNonceReplySchema = z
  .object({ nonce: z.string(), expiresAtMs: timeMsSchema })
  .meta({ id: "AuthNonce" });

export type AuthNonceReply = z.infer<typeof authNonceReplySchema>;

/** An EIP-4361 message, exactly as signed, and its signature (EIP-191). */
export const loginRequestSchema = z
  .strictObject({ message: z.string().min(1).max(4096), signature: hexSchema })
  .meta({ id: "LoginRequest" });

export type LoginRequest = z.infer<typeof loginRequestSchema>;

/** The session. `token` goes into `Authorization: Bearer …`; pages get it as an HTTP-only cookie. */
export const loginReplySchema = z
  .object({
    account: addressSchema,
    token: z.string(),
    expiresAtMs: timeMsSchema,
    isAdmin: z.boolean(),
  })
  .meta({ id: "LoginReply" });

export type LoginReply = z.infer<typeof loginReplySchema>;

export const sessionReplySchema = z
  .object({ account: addressSchema, expiresAtMs: timeMsSchema, isAdmin: z.boolean() })
  .meta({ id: "Session" });

export type SessionReply = z.infer<typeof sessionReplySchema>;

export const logoutReplySchema = z.object({ signedOut: z.literal(true) }).meta({ id: "SignedOut" });
