import {
  createGroupRequestSchema,
  groupTransactionReplySchema,
} from "../../../protocol/wire/group.ts";
import { BATCH_BODY_BYTES_MAX } from "../../config.ts";
import { route } from "../../http/route.ts";
import { groupReply } from "../../markets/group-reply.ts";
import { ApiProblem } from "../../problem.ts";

/** From the transaction's receipt until the engine has the block. */
const ARRIVAL_TIMEOUT_MS = 20_000;

export const createGroup = route({
  method: "post",
  path: "/v1/groups",
  operationId: "createGroup",
  tag: "markets",
  summary: "Create a group of exclusive outcomes on chain (admin wallets)",
  description:
    "Exactly one of its markets comes true; their members are fixed for good. Price feeds resolve no groups. Replies once the engine takes orders for all of them.",
  auth: "admin",
  bodyBytesMax: BATCH_BODY_BYTES_MAX,
  body: createGroupRequestSchema,
  replies: { 201: groupTransactionReplySchema },
  errors: [
    "market_slug_taken",
    "market_office_unavailable",
    "chain_unavailable",
    "engine_unavailable",
    "engine_timeout",
  ],
  async handle({ body, services }) {
    const { marketOffice, mirror, arrivals } = services;
    if (!marketOffice) throw new ApiProblem("market_office_unavailable");
    if (!mirror.ready) throw new ApiProblem("engine_unavailable");
    const slugs = body.members.map(({ slug }) => slug);
    const taken = slugs.find((slug) => mirror.bySlug(slug));
    if (taken) throw new ApiProblem("market_slug_taken", { details: { slug: taken } });
    const transactionHash = await marketOffice.createGroup(body);
    const arrived = await Promise.all(
      slugs.map((slug) => arrivals.when(slug, () => true, ARRIVAL_TIMEOUT_MS)),
    );
    const members = arrived.filter((market) => market !== null);
    if (members.length < slugs.length) {
      throw new ApiProblem("engine_timeout", { details: { transactionHash } });
    }
    const group = await groupReply(members, services, { slug: body.slug, title: body.title });
    return { status: 201, body: { group, transactionHash } };
  },
});
