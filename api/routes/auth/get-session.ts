import { sessionReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";
import { readDelegatingAccounts } from "../../index-reads/delegating-accounts.ts";

export const getSession = route({
  method: "get",
  path: "/v1/auth/me",
  operationId: "getSession",
  tag: "auth",
  summary: "Whose session or key this is, and what it may do",
  auth: "session",
  scope: "read",
  replies: { 200: sessionReplySchema },
  async handle({ services, session }) {
    const delegateOf = await readDelegatingAccounts(services.pool, session.account);
    return { status: 200, body: { ...session, scopes: [...session.scopes], delegateOf } };
  },
});
