import { z } from "zod";
import { journalQuerySchema } from "../../../protocol/wire/journal.ts";
import { route } from "../../http/route.ts";
import { readJournal } from "../../journal/read-journal.ts";

export const getJournalLines = route({
  method: "get",
  path: "/v1/journal/lines",
  operationId: "getJournalLines",
  tag: "journal",
  summary: "The same pages as JSON lines; one after the other they make a file",
  description:
    "A JournalEntry on each line; where `after` is 0, a JournalHead on a line before them. A page without an entry is the end of what is public. Counts as ten requests.",
  auth: "none",
  cost: 10,
  query: journalQuerySchema,
  produces: "application/x-ndjson; charset=utf-8",
  replies: { 200: z.string() },
  errors: ["engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const lagSeconds = services.config.JOURNAL_LAG_SECONDS;
    const page = { ...query, lagSeconds, nowMs: Date.now() };
    const { journal, items } = await readJournal(services.pool, page);
    const lines: object[] = query.after === 0 ? [journal, ...items] : items;
    return { status: 200, body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
  },
});
