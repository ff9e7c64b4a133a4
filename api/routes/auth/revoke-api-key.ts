import {
  credentialEndedReplySchema,
  credentialIdParamsSchema,
} from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const revokeApiKey = route({
  method: "delete",
  path: "/v1/auth/keys/:id",
  operationId: "revokeApiKey",
  tag: "auth",
  summary: "Revoke an API key: its next request is refused, and its streams end",
  auth: "session",
  idempotency: "repeatable",
  params: credentialIdParamsSchema,
  replies: { 200: credentialEndedReplySchema },
  errors: ["api_key_unknown"],
  async handle({ params, services, session }) {
    if (!(await services.apiKeys.revoke(session.account, params.id))) {
      throw new ApiProblem("api_key_unknown");
    }
    return { status: 200, body: { id: params.id, ended: true as const } };
  },
});
