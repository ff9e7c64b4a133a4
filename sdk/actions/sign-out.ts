import { logoutReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/** Ends the session on the server and forgets its token; with `everywhere` all sessions of the account. */
export async function signOut(
  context: Context,
  { everywhere = false }: { everywhere?: boolean } = {},
): Promise<void> {
  if (context.session === null) return;
  await context.http.request({
    method: "POST",
    path: "/v1/auth/logout",
    query: everywhere ? { everywhere } : {},
    reply: logoutReplySchema,
    repeatable: "idempotent",
  });
  context.session = null;
}
