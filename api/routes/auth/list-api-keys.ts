import { apiKeysReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const listApiKeys = route({
  method: "get",
  path: "/v1/auth/keys",
  operationId: "listApiKeys",
  tag: "auth",
  summary: "The account's API keys, the newest first",
  auth: "session",
  replies: { 200: apiKeysReplySchema },
  async handle({ services, session }) {
    return { status: 200, body: { items: await services.apiKeys.list(session.account) } };
  },
});
