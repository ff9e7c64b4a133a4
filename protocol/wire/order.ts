import { z } from "zod";
import type { OrderJson, SelfTradePrevention } from "../engine/command.ts";
import type { CancelReason, FillStatus, FillView, OrderStatus, OrderView } from "../engine/view.ts";
import type { MatchKind, TimeInForce } from "../order.ts";
import { fileQuerySchema, pageSchema } from "./page.ts";
import { problemSchema } from "./problem.ts";
import {
  addressSchema,
  bitSchema,
  clientIdSchema,
  countSchema,
  hashSchema,
  marketIdSchema,
  microSchema,
  nonceSchema,
  signatureSchema,
  slugSchema,
  timeMsSchema,
  uint16Schema,
  uint32Schema,
  unixSecondsSchema,
} from "./scalar.ts";

export const ORDER_BATCH_MAX = 100;

const timeInForceSchema = z.int().min(0).max(5) as unknown as z.ZodType<TimeInForce, TimeInForce>;

/** The signed fields of an order, as JSON: ranges of their types; rules have codes of their own. */
export const orderJsonSchema = z
  .strictObject({
    maker: addressSchema,
    marketId: marketIdSchema,
    outcome: bitSchema.meta({ description: "1 YES, 0 NO." }),
    side: bitSchema.meta({ description: "0 BUY, 1 SELL." }),
    price: uint16Schema.meta({ description: "Ticks of the order's own outcome, 1 … 999." }),
    quantity: uint32Schema.meta({ description: "Lots, 1 … 4294967294." }),
    timeInForce: timeInForceSchema.meta({
      description: "0 GTC, 1 GTD, 2 FOK, 3 FAK, 4 post-only (GTC), 5 post-only (GTD).",
    }),
    maxFeeBps: uint16Schema,
    expiry: unixSecondsSchema.meta({ description: "Unix seconds; 0 unless GTD." }),
    nonce: nonceSchema,
  })
  .meta({ id: "Order" }) satisfies z.ZodType<OrderJson>;

/** What becomes of an order that would meet another of its own maker. */
export const selfTradePreventionSchema = z.enum([
  "cancel_resting",
  "cancel_taker",
  "cancel_both",
]) satisfies z.ZodType<SelfTradePrevention>;

/** Body of `POST /v1/orders`. The signature is the authentication: no session is needed. */
export const placeOrderRequestSchema = z
  .strictObject({
    order: orderJsonSchema,
    signature: signatureSchema,
    clientId: clientIdSchema.optional(),
    selfTradePrevention: selfTradePreventionSchema.default("cancel_resting"),
    replaces: hashSchema.optional().meta({
      description: "Hash of the maker's own order of the same nonce that this one amends.",
    }),
  })
  .meta({ id: "PlaceOrderRequest" });

export type PlaceOrderRequest = z.input<typeof placeOrderRequestSchema>;

const orderStatusSchema = z.enum([
  "open",
  "partially_filled",
  "filled",
  "cancelled",
  "expired",
  "rejected",
]) satisfies z.ZodType<OrderStatus>;

const cancelReasonSchema = z.enum([
  "user",
  "fak_remainder",
  "fill_limit",
  "self_trade",
  "market_closed",
  "cancel_floor",
  "withdrawal",
  "delegate_removed",
  "replaced",
  "heartbeat",
  "settlement_skipped",
]) satisfies z.ZodType<CancelReason>;

/** An order and where it stands. */
export const orderViewSchema = z
  .object({
    hash: hashSchema,
    order: z.object(orderJsonSchema.shape),
    clientId: z.string().nullable(),
    status: orderStatusSchema,
    cancelReason: cancelReasonSchema.nullable(),
    filledLots: countSchema,
    remainingLots: countSchema,
    createdAtMs: timeMsSchema,
    updatedAtMs: timeMsSchema,
  })
  .meta({ id: "OrderView" }) satisfies z.ZodType<OrderView>;

const matchKindSchema = z.enum([
  "transfer_yes",
  "transfer_no",
  "mint",
  "merge",
]) satisfies z.ZodType<MatchKind>;

const fillStatusSchema = z.enum([
  "matched",
  "submitted",
  "settled",
  "simulated",
  "skipped",
]) satisfies z.ZodType<FillStatus>;

/** One fill: `matched` → `submitted` → `settled`, or `simulated` without an operator key. */
export const fillViewSchema = z
  .object({
    fillSeq: countSchema,
    marketId: marketIdSchema,
    tradeSeq: countSchema,
    matchKind: matchKindSchema,
    takerHash: hashSchema,
    makerHash: hashSchema,
    taker: addressSchema,
    maker: addressSchema,
    takerOutcome: bitSchema,
    takerSide: bitSchema,
    makerOutcome: bitSchema,
    makerSide: bitSchema,
    yesPriceTicks: countSchema,
    quantityLots: countSchema,
    feeMicro: microSchema,
    timeMs: timeMsSchema,
    status: fillStatusSchema,
    transactionHash: hashSchema.nullable(),
  })
  .meta({ id: "FillView" }) satisfies z.ZodType<FillView>;

/** 201 for a new order; 200 with `repeated` when this signed order was already taken. */
export const placeOrderReplySchema = z
  .object({ order: orderViewSchema, fills: z.array(fillViewSchema), repeated: z.boolean() })
  .meta({ id: "PlaceOrderReply" });

export type PlaceOrderReply = z.infer<typeof placeOrderReplySchema>;

export const placeOrdersRequestSchema = z
  .strictObject({ orders: z.array(placeOrderRequestSchema).min(1).max(ORDER_BATCH_MAX) })
  .meta({ id: "PlaceOrdersRequest" });

export type PlaceOrdersRequest = z.input<typeof placeOrdersRequestSchema>;

/** One verdict per order, in order; a refusal does not touch its neighbours. */
export const placeOrdersReplySchema = z
  .object({
    results: z.array(
      z.discriminatedUnion("ok", [
        z.object({ ok: z.literal(true), ...placeOrderReplySchema.shape }),
        z.object({ ok: z.literal(false), problem: problemSchema }),
      ]),
    ),
  })
  .meta({ id: "PlaceOrdersReply" });

export type PlaceOrdersReply = z.infer<typeof placeOrdersReplySchema>;

/** Body of `POST /v1/orders/check`: as for placing, but the signature may be missing. */
export const checkOrderRequestSchema = z
  .strictObject({ ...placeOrderRequestSchema.shape, signature: signatureSchema.optional() })
  .meta({ id: "CheckOrderRequest" });

export type CheckOrderRequest = z.input<typeof checkOrderRequestSchema>;

/** A dry run. Nothing is sent to the engine; `problems` is empty when nothing speaks against it. */
export const checkOrderReplySchema = z
  .object({
    valid: z.boolean(),
    orderHash: hashSchema,
    structHash: hashSchema,
    domainHash: hashSchema,
    recoveredSigner: addressSchema.nullable(),
    expectedSigner: addressSchema.meta({ description: "The maker; its delegates may sign too." }),
    problems: z.array(problemSchema),
    market: z
      .object({
        slug: slugSchema,
        status: z.string(),
        priceStep: countSchema,
        takerFeeBps: countSchema,
      })
      .nullable(),
    /** What the order locks when it rests. */
    needs: z.object({
      asset: z.enum(["cash", "yes", "no"]),
      amount: z.string().meta({ description: "Micro for cash, lots for shares, decimal." }),
    }),
    /** Given only to the maker's own session. */
    account: z
      .object({
        freeAmount: z.string(),
        lockedAmount: z.string().meta({ description: "Held by open orders." }),
        reservedAmount: z
          .string()
          .meta({ description: "Set aside for withdrawals, exports and releases." }),
        pendingAmount: z.string().nullable().meta({
          description:
            "Net effect of fills that have not settled, already in the figures; null for shares.",
        }),
        lockedBy: z.array(hashSchema).meta({
          description: "Open orders that hold the asset, oldest first; at most a hundred of them.",
        }),
        lockedByCount: countSchema,
      })
      .nullable(),
  })
  .meta({ id: "CheckOrderReply" });

export type CheckOrderReply = z.infer<typeof checkOrderReplySchema>;

/** Query of `GET /v1/orders`. `status=open` means open or partially filled; `closed` the others. */
export const listOrdersQuerySchema = z.strictObject({
  ...fileQuerySchema.shape,
  market: slugSchema.optional(),
  status: z.enum(["open", "closed", "all"]).default("all"),
});

export type ListOrdersQuery = z.input<typeof listOrdersQuerySchema>;

export const listOrdersReplySchema = pageSchema(orderViewSchema).meta({ id: "OrdersPage" });

/** An order with all fills it has so far. */
export const getOrderReplySchema = z
  .object({ order: orderViewSchema, fills: z.array(fillViewSchema) })
  .meta({ id: "OrderWithFills" });

export type GetOrderReply = z.infer<typeof getOrderReplySchema>;

export const cancelOrderReplySchema = z
  .object({ order: orderViewSchema })
  .meta({ id: "CancelOrderReply" });

export type CancelOrderReply = z.infer<typeof cancelOrderReplySchema>;

/** Body of `POST /v1/orders/cancel`: some of the session account's orders. */
export const cancelListedOrdersRequestSchema = z
  .strictObject({ hashes: z.array(hashSchema).min(1).max(ORDER_BATCH_MAX) })
  .meta({ id: "CancelListedOrdersRequest" });

/** One verdict per hash, in order; a refusal does not touch its neighbours. */
export const cancelListedOrdersReplySchema = z
  .object({
    results: z.array(
      z.discriminatedUnion("ok", [
        z.object({ ok: z.literal(true), ...cancelOrderReplySchema.shape }),
        z.object({ ok: z.literal(false), problem: problemSchema }),
      ]),
    ),
  })
  .meta({ id: "CancelListedOrdersReply" });

export type CancelListedOrdersReply = z.infer<typeof cancelListedOrdersReplySchema>;

/** Query of `DELETE /v1/orders`: one market's orders, or all of the account's. */
export const cancelOrdersQuerySchema = z.strictObject({ market: slugSchema.optional() });

export const cancelOrdersReplySchema = z
  .object({ cancelled: z.array(hashSchema) })
  .meta({ id: "CancelOrdersReply" });

export type CancelOrdersReply = z.infer<typeof cancelOrdersReplySchema>;
