import { balanceViewSchema } from "../../../protocol/wire/account.ts";
import { route } from "../../http/route.ts";

export const getBalance = route({
  method: "get",
  path: "/v1/account/balance",
  operationId: "getBalance",
  tag: "account",
  summary: "The session account's cash",
  auth: "session",
  scope: "read",
  replies: { 200: balanceViewSchema },
  errors: ["engine_unavailable", "engine_timeout"],
  async handle({ session, services }) {
    const { balance } = await services.engine.account(session.account);
    return { status: 200, body: balance };
  },
});
