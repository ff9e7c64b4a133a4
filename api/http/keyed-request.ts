import type Koa from "koa";
import type { ApiConfig } from "../config.ts";
import type { Repetition } from "../idempotency/answer-once.ts";
import { IDEMPOTENCY_HEADER, readIdempotencyKey } from "../idempotency/idempotency-key.ts";
import { clientAddress, clientNetwork } from "../limits/client-address.ts";
import type { Session } from "../sign-in/session-store.ts";
import type { AnyRoute } from "./route.ts";

/** Whether the route reads an `Idempotency-Key`. */
export function takesIdempotencyKey({ method, idempotency }: AnyRoute): boolean {
  return method !== "get" && idempotency !== "none";
}

/** The key of a request, or null where none is sent or read. @throws ApiProblem `idempotency_key_invalid`. */
export function idempotencyKeyOf(declared: AnyRoute, ctx: Koa.Context): string | null {
  return takesIdempotencyKey(declared) ? readIdempotencyKey(ctx.get(IDEMPOTENCY_HEADER)) : null;
}

/** How the route stands to a request's coming twice. */
export function repetitionOf(declared: AnyRoute): Repetition {
  const { idempotency, isReplySecret = false, isFinal } = declared;
  return {
    isRepeatable: idempotency === "repeatable",
    isReplySecret,
    ...(isFinal ? { isFinal: ({ body }) => isFinal(JSON.parse(body)) } : {}),
  };
}

/**
 * Whose key it is: nobody meets another's. The sessions of an account share theirs; an API key has its own, so
 * that whoever holds one cannot use up what the owner revokes it with.
 */
export function scopeOf(
  ctx: Koa.Context,
  session: Session | null,
  config: ApiConfig,
): { scope: string; maxKeys: number } {
  const keysMax = config.IDEMPOTENCY_KEYS_MAX;
  if (session?.credential === "api_key") {
    return { scope: `${session.account}:${session.id}`, maxKeys: keysMax };
  }
  if (session) return { scope: session.account, maxKeys: keysMax };
  const network = clientNetwork(clientAddress(ctx.req, config.TRUST_PROXY));
  return { scope: network, maxKeys: Math.floor(keysMax / 10) };
}
