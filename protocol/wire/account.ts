import { z } from "zod";
import type { BalanceView, PositionView } from "../engine/view.ts";
import { fillViewSchema } from "./order.ts";
import { fileQuerySchema, pageSchema } from "./page.ts";
import {
  addressSchema,
  amountSchema,
  bitSchema,
  countSchema,
  hashSchema,
  hexSchema,
  lotsStringSchema,
  marketIdSchema,
  microSchema,
  signatureSchema,
  slugSchema,
  unixSecondsSchema,
} from "./scalar.ts";

/** Cash of an account. total = available + locked + reserved. */
export const balanceViewSchema = z
  .object({
    account: addressSchema,
    availableMicro: microSchema,
    lockedMicro: microSchema.meta({ description: "Held by open orders." }),
    reservedMicro: microSchema.meta({ description: "Set aside for withdrawals." }),
    pendingMicro: microSchema.meta({ description: "Net effect of fills not yet settled." }),
    withdrawableMicro: microSchema.meta({ description: "What a fast withdrawal may take now." }),
  })
  .meta({ id: "Balance" }) satisfies z.ZodType<BalanceView>;

/** Shares of an account in one market, lots. */
export const positionViewSchema = z
  .object({
    account: addressSchema,
    marketId: marketIdSchema,
    yesAvailableLots: countSchema,
    yesLockedLots: countSchema,
    yesReservedLots: countSchema,
    noAvailableLots: countSchema,
    noLockedLots: countSchema,
    noReservedLots: countSchema,
    yesCostMicro: microSchema,
    noCostMicro: microSchema,
  })
  .meta({ id: "Position" }) satisfies z.ZodType<PositionView>;

export const positionsReplySchema = z
  .object({ positions: z.array(positionViewSchema) })
  .meta({ id: "Positions" });

export type PositionsReply = z.infer<typeof positionsReplySchema>;

/** A position with its market and its worth at the mark: the last trade, else the middle of the touch. */
export const portfolioReplySchema = z
  .object({
    account: addressSchema,
    cash: balanceViewSchema,
    positions: z.array(
      z.object({
        ...positionViewSchema.shape,
        slug: z.string(),
        question: z.string(),
        status: z.string(),
        markYesTicks: countSchema.nullable(),
        valueMicro: microSchema,
        unrealisedPnlMicro: microSchema,
      }),
    ),
    positionsValueMicro: microSchema,
    equityMicro: microSchema.meta({ description: "All cash and the value of all positions." }),
    unrealisedPnlMicro: microSchema,
    realisedPnlMicro: microSchema.nullable().meta({ description: "Null while the index is away." }),
    openOrders: countSchema,
  })
  .meta({ id: "Portfolio" });

export type PortfolioReply = z.infer<typeof portfolioReplySchema>;

export const fillsQuerySchema = z.strictObject({
  ...fileQuerySchema.shape,
  market: slugSchema.optional(),
});

/** The account's own fills, newest first. `role`: which side of the fill it was. */
export const listFillsReplySchema = pageSchema(
  z.object({ role: z.enum(["taker", "maker"]), fill: fillViewSchema }),
).meta({ id: "FillsPage" });

/** What entered and left escrow, as the index saw it on chain, newest first. */
export const transferSchema = z
  .object({
    kind: z.string(),
    account: addressSchema,
    marketId: marketIdSchema.nullable(),
    outcome: bitSchema.nullable(),
    amountMicro: microSchema.nullable(),
    quantityLots: lotsStringSchema.nullable(),
    releaseNonce: z.string().nullable(),
    blockNumber: countSchema,
    logIndex: countSchema,
    time: unixSecondsSchema,
    transactionHash: hashSchema,
  })
  .meta({ id: "Transfer" });

export type Transfer = z.infer<typeof transferSchema>;

export const listTransfersReplySchema = pageSchema(transferSchema).meta({ id: "TransfersPage" });

/** Body of `POST /v1/account/withdrawals`: micro of cash, or lots of YES or NO of one market. */
export const withdrawalRequestSchema = z
  .strictObject({
    asset: z.enum(["cash", "yes", "no"]),
    market: slugSchema.optional().meta({ description: "Needed for shares." }),
    amount: amountSchema,
  })
  .meta({ id: "WithdrawalRequest" });

export type WithdrawalRequest = z.infer<typeof withdrawalRequestSchema>;

/** The operator's consent, and the transaction that anyone may send before `deadline`. */
export const withdrawalReplySchema = z
  .object({
    release: z.object({
      account: addressSchema,
      marketId: marketIdSchema,
      asset: z.int().min(0).max(2) as unknown as z.ZodType<0 | 1 | 2, 0 | 1 | 2>,
      amount: z.string(),
      nonce: z.string(),
      deadline: unixSecondsSchema,
    }),
    signature: signatureSchema,
    transaction: z.object({
      chainId: countSchema,
      to: addressSchema,
      data: hexSchema,
      value: z.literal("0"),
    }),
  })
  .meta({ id: "Withdrawal" });

export type WithdrawalReply = z.infer<typeof withdrawalReplySchema>;
