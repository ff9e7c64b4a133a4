import { credentialEndedReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";
import { endedOnce } from "../ended-once.ts";

/** Ends one of the account's sessions, as that on a lost device. @throws AgonError `session_unknown` */
export async function endSession(context: Context, id: string): Promise<void> {
  const request = context.http.request({
    method: "DELETE",
    path: `/v1/auth/sessions/${encodeURIComponent(id)}`,
    reply: credentialEndedReplySchema,
    repeatable: "idempotent",
  });
  await endedOnce(request, "session_unknown");
}
