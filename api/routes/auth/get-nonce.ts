import { authNonceReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const getNonce = route({
  method: "get",
  path: "/v1/auth/nonce",
  operationId: "getNonce",
  tag: "auth",
  summary: "A nonce for one sign-in message",
  auth: "none",
  replies: { 200: authNonceReplySchema },
  errors: ["database_unavailable"],
  async handle({ services }) {
    return {
      status: 200,
      body: await services.nonces.issue(),
      headers: { "Cache-Control": "no-store" },
    };
  },
});
