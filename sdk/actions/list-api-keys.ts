import { type ApiKey, apiKeysReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/** The account's API keys, newest first: what each may do, and when it was last used. */
export async function listApiKeys(context: Context): Promise<ApiKey[]> {
  const reply = await context.http.request({
    method: "GET",
    path: "/v1/auth/keys",
    reply: apiKeysReplySchema,
  });
  return reply.items;
}
