import { createApiKeyReplySchema, createApiKeyRequestSchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const createApiKey = route({
  method: "post",
  path: "/v1/auth/keys",
  operationId: "createApiKey",
  tag: "auth",
  summary: "A key for a program",
  description:
    "Its token goes into `Authorization: Bearer` and into the websocket's `auth`. It is shown here and never again. A key cannot create keys, withdraw, or act as an admin.",
  auth: "session",
  isReplySecret: true,
  body: createApiKeyRequestSchema,
  replies: { 201: createApiKeyReplySchema },
  errors: ["api_key_limit_reached"],
  async handle({ body, services, session }) {
    const made = await services.apiKeys.create(session.account, body);
    services.limits.expect(made.token);
    return { status: 201, body: made, headers: { "Cache-Control": "no-store" } };
  },
});
