import { type JournalReply, journalReplySchema } from "../../protocol/wire/journal.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** The engine's journal as far as it is public, oldest first: at most `limit` entries after `after`. */
export function listJournal(
  context: Context,
  query: { after?: number; limit?: number } = {},
  options: AbortParameters = {},
): Promise<JournalReply> {
  return context.http.request({
    method: "GET",
    path: "/v1/journal",
    query: { ...query },
    signal: options.signal,
    reply: journalReplySchema,
  });
}
