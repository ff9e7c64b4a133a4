import { z } from "zod";
import { createMarketRequestSchema, marketSchema, resolutionSchema } from "./market.ts";
import { pageQuerySchema, pageSchema } from "./page.ts";
import { countSchema, hashSchema, marketIdSchema, slugSchema } from "./scalar.ts";

/** The contract's `MAX_GROUP_MEMBERS`. */
export const GROUP_MEMBERS_MAX = 64;

const { question, rules, category, closeTime, resolveDeadline, takerFeeBps, priceStep } =
  createMarketRequestSchema.shape;
const [, , , optimistic, manual] = resolutionSchema.options;

function areDistinct(members: readonly { slug: string }[]): boolean {
  return new Set(members.map(({ slug }) => slug)).size === members.length;
}

/** Body of `POST /v1/groups` (admin wallets): markets of which exactly one comes true. Times in unix seconds. */
export const createGroupRequestSchema = z
  .strictObject({
    slug: slugSchema,
    title: question,
    category,
    closeTime,
    resolveDeadline,
    takerFeeBps,
    priceStep,
    resolution: z.discriminatedUnion("kind", [optimistic, manual]),
    members: z
      .array(z.strictObject({ slug: slugSchema, question, rules }))
      .min(2)
      .max(GROUP_MEMBERS_MAX)
      .refine(areDistinct, "two members have the same slug"),
  })
  .meta({ id: "CreateGroupRequest" });

export type CreateGroupRequest = z.input<typeof createGroupRequestSchema>;

const groupFields = {
  groupId: marketIdSchema.meta({ description: "The id of its first market." }),
  slug: z.string().nullable().meta({ description: "Null while the index is behind." }),
  title: z.string().nullable(),
};

/** A group as a list shows it. */
export const groupSummarySchema = z
  .object({ ...groupFields, memberCount: countSchema, markets: z.array(z.string()) })
  .meta({ id: "GroupSummary", description: "`markets`: the slugs of its members, in order." });

/** A group with its members, in order. */
export const groupSchema = z
  .object({ ...groupFields, markets: z.array(marketSchema) })
  .meta({ id: "Group" });

export type Group = z.infer<typeof groupSchema>;

export const listGroupsQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export type ListGroupsQuery = z.input<typeof listGroupsQuerySchema>;

export const listGroupsReplySchema = pageSchema(groupSummarySchema).meta({ id: "GroupsPage" });
export type ListGroupsReply = z.infer<typeof listGroupsReplySchema>;

export const groupReplySchema = z.object({ group: groupSchema }).meta({ id: "GroupReply" });
export type GroupReply = z.infer<typeof groupReplySchema>;

export const groupTransactionReplySchema = z
  .object({ group: groupSchema, transactionHash: hashSchema })
  .meta({ id: "GroupTransaction" });

export type GroupTransactionReply = z.infer<typeof groupTransactionReplySchema>;

/** Body of `POST /v1/groups/:id/resolve` (admin wallets). */
export const resolveGroupRequestSchema = z
  .strictObject({
    payoutsYes: z
      .array(z.int().min(0).max(1000))
      .min(2)
      .max(GROUP_MEMBERS_MAX)
      .refine((payouts) => payouts.reduce((sum, one) => sum + one, 0) === 1000, "must sum to 1000")
      .optional()
      .meta({
        description:
          "Thousandths to YES of each member, in order; for manual groups of the server's own resolver only.",
      }),
  })
  .meta({ id: "ResolveGroupRequest" });

export type ResolveGroupRequest = z.input<typeof resolveGroupRequestSchema>;
