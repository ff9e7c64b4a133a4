import { journalQuerySchema, journalReplySchema } from "../../../protocol/wire/journal.ts";
import { route } from "../../http/route.ts";
import { readJournal } from "../../journal/read-journal.ts";

export const listJournal = route({
  method: "get",
  path: "/v1/journal",
  operationId: "listJournal",
  tag: "journal",
  summary: "The engine's journal as far as it is public, the oldest entry first",
  description:
    "Every command in its place, chained by hash; each settled batch anchors the chain's hash. Whoever replays the commands gets the same fills. Entries younger than `lagSeconds` are not shown: open orders are private until then. Counts as ten requests.",
  auth: "none",
  cost: 10,
  query: journalQuerySchema,
  replies: { 200: journalReplySchema },
  errors: ["engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const lagSeconds = services.config.JOURNAL_LAG_SECONDS;
    const page = { ...query, lagSeconds, nowMs: Date.now() };
    return { status: 200, body: await readJournal(services.pool, page) };
  },
});
