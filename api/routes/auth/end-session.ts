import {
  credentialEndedReplySchema,
  credentialIdParamsSchema,
} from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const endSession = route({
  method: "delete",
  path: "/v1/auth/sessions/:id",
  operationId: "endSession",
  tag: "auth",
  summary: "End one session of the account: the one on a lost device",
  auth: "session",
  idempotency: "repeatable",
  params: credentialIdParamsSchema,
  replies: { 200: credentialEndedReplySchema },
  errors: ["session_unknown"],
  async handle({ params, services, session }) {
    if (!(await services.sessions.close(session.account, params.id))) {
      throw new ApiProblem("session_unknown");
    }
    return { status: 200, body: { id: params.id, ended: true as const } };
  },
});
