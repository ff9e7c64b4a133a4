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

/** `read`: the account's own data and streams. `trade`: orders, cancels, heartbeats. */
export const apiKeyScopeSchema = z.enum(["read", "trade"]).meta({
  id: "ApiKeyScope",
  description:
    "`read`: the account's own data and streams. `trade`: orders, cancels and heartbeats. Withdrawals, keys and sessions need a session.",
});

export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>;

export const sessionReplySchema = z
  .object({
    account: addressSchema,
    expiresAtMs: timeMsSchema.nullable().meta({ description: "Null: a key without an expiry." }),
    isAdmin: z.boolean(),
    credential: z.enum(["session", "api_key"]),
    id: z.string().meta({ description: "Of the session or the key, as their lists have it." }),
    scopes: z.array(apiKeyScopeSchema),
    delegateOf: z.array(addressSchema).nullable().meta({
      description:
        "Accounts that the account may sign orders for, at most 100; null while the index is not there.",
    }),
  })
  .meta({ id: "Session" });

export type SessionReply = z.infer<typeof sessionReplySchema>;

export const logoutQuerySchema = z.strictObject({
  everywhere: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "`true` ends every session of the account. API keys stay." }),
});

export const logoutReplySchema = z.object({ signedOut: z.literal(true) }).meta({ id: "SignedOut" });

/** An open session of the account, as `GET /v1/auth/sessions` lists it. */
export const openSessionSchema = z
  .object({
    id: z.string(),
    createdAtMs: timeMsSchema,
    refreshedAtMs: timeMsSchema,
    expiresAtMs: timeMsSchema,
  })
  .meta({ id: "OpenSession" });

export type OpenSession = z.infer<typeof openSessionSchema>;

export const openSessionsReplySchema = z
  .object({
    items: z.array(openSessionSchema),
    currentId: z.string().meta({ description: "The session that asks." }),
  })
  .meta({ id: "OpenSessions" });

export type OpenSessionsReply = z.infer<typeof openSessionsReplySchema>;

/** The id of a session or a key. */
export const credentialIdParamsSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .meta({ description: "As the list has it." }),
});

/** A session or key has ended. */
export const credentialEndedReplySchema = z
  .object({ id: z.string(), ended: z.literal(true) })
  .meta({ id: "CredentialEnded" });

/** The longest life of a key that has an expiry: ten years. */
const API_KEY_LIFETIME_S_MAX = 315_360_000;

export const createApiKeyRequestSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(64)
      .regex(/^[^\p{C}]*$/u, "must have no control characters")
      .meta({ description: "For people to know it by." }),
    scopes: z
      .array(apiKeyScopeSchema)
      .min(1)
      .max(2)
      .refine((scopes) => new Set(scopes).size === scopes.length, "must not repeat"),
    expiresInSeconds: z
      .int()
      .min(60)
      .max(API_KEY_LIFETIME_S_MAX)
      .optional()
      .meta({ description: "From now; good until revoked when absent." }),
  })
  .meta({ id: "CreateApiKey" });

export type CreateApiKeyRequest = z.infer<typeof createApiKeyRequestSchema>;

/** A key of the account. Its token was shown once, when it was created. */
export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(apiKeyScopeSchema),
    prefix: z.string().meta({ description: "The first letters of its token." }),
    createdAtMs: timeMsSchema,
    expiresAtMs: timeMsSchema.nullable(),
    lastUsedAtMs: timeMsSchema.nullable().meta({ description: "To the minute." }),
  })
  .meta({ id: "ApiKey" });

export type ApiKey = z.infer<typeof apiKeySchema>;

export const createApiKeyReplySchema = z
  .object({
    key: apiKeySchema,
    token: z.string().meta({
      description: "`agon_live_…` for `Authorization: Bearer`; shown here and never again.",
    }),
  })
  .meta({ id: "CreatedApiKey" });

export type CreateApiKeyReply = z.infer<typeof createApiKeyReplySchema>;

export const apiKeysReplySchema = z
  .object({ items: z.array(apiKeySchema) })
  .meta({ id: "ApiKeys" });

export type ApiKeysReply = z.infer<typeof apiKeysReplySchema>;
