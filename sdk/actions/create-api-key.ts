import {
  type CreateApiKeyReply,
  type CreateApiKeyRequest,
  createApiKeyReplySchema,
} from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/**
 * A key for a program, which connects with its token (`connect(url, { apiKey })`). The token is told here
 * and never again. Needs a session, not a key.
 * @throws AgonError `api_key_limit_reached`, `scope_insufficient`
 */
export function createApiKey(
  context: Context,
  request: CreateApiKeyRequest,
): Promise<CreateApiKeyReply> {
  return context.http.request({
    method: "POST",
    path: "/v1/auth/keys",
    body: request,
    reply: createApiKeyReplySchema,
    repeatable: "keyed",
  });
}
