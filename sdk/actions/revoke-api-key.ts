import { credentialEndedReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";
import { endedOnce } from "../ended-once.ts";

/** Ends an API key at once, its streams included. @throws AgonError `api_key_unknown` */
export async function revokeApiKey(context: Context, id: string): Promise<void> {
  const request = context.http.request({
    method: "DELETE",
    path: `/v1/auth/keys/${encodeURIComponent(id)}`,
    reply: credentialEndedReplySchema,
    repeatable: "idempotent",
  });
  await endedOnce(request, "api_key_unknown");
}
