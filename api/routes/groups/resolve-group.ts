import {
  groupTransactionReplySchema,
  resolveGroupRequestSchema,
} from "../../../protocol/wire/group.ts";
import { groupParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { isFinalMarket } from "../../markets/final-market.ts";
import { groupReply, requireGroup } from "../../markets/group-reply.ts";
import { ApiProblem } from "../../problem.ts";

const ARRIVAL_TIMEOUT_MS = 20_000;

export const resolveGroup = route({
  method: "post",
  path: "/v1/groups/:id/resolve",
  operationId: "resolveGroup",
  tag: "markets",
  summary: "Resolve all markets of a group past close and settlement grace (admin wallets)",
  description:
    "An optimistic group: makes its unchallenged answer final, as anyone may on chain. A manual one whose resolver is this server: resolves it with `payoutsYes`, which sum to 1000. Replies once the engine knows.",
  auth: "admin",
  idempotency: "repeatable",
  params: groupParamsSchema,
  body: resolveGroupRequestSchema,
  replies: { 200: groupTransactionReplySchema },
  errors: [
    "group_unknown",
    "market_not_resolvable",
    "market_office_unavailable",
    "chain_unavailable",
    "engine_unavailable",
    "engine_timeout",
  ],
  async handle({ params, body, services }) {
    const { marketOffice, mirror, arrivals } = services;
    if (!marketOffice) throw new ApiProblem("market_office_unavailable");
    const members = requireGroup(mirror, params.id);
    const [first] = members;
    if (!first || isFinalMarket(first)) {
      throw new ApiProblem("market_not_resolvable", { details: { status: first?.view.status } });
    }
    const { payoutsYes } = body;
    if (payoutsYes !== undefined && payoutsYes.length !== members.length) {
      const message = `must have ${members.length} payouts, one for each member`;
      throw new ApiProblem("validation_failed", {
        errors: [{ in: "body", pointer: "/payoutsYes", message }],
      });
    }
    const transactionHash = await marketOffice.resolveGroup(first.view, body);
    const arrived = await Promise.all(
      members.map(({ view }) => arrivals.when(view.slug, isFinalMarket, ARRIVAL_TIMEOUT_MS)),
    );
    const resolved = arrived.filter((market) => market !== null);
    if (resolved.length < members.length) {
      throw new ApiProblem("engine_timeout", { details: { transactionHash } });
    }
    return { status: 200, body: { group: await groupReply(resolved, services), transactionHash } };
  },
});
