import type { Hex } from "viem";
import {
  type PlaceOrderReply,
  type PlaceOrdersReply,
  placeOrdersReplySchema,
} from "../../protocol/wire/order.ts";
import { AgonError } from "../agon-error.ts";
import type { Context } from "../context.ts";
import { isSilence } from "../silence.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";
import { lookUpOrder } from "./unanswered-order.ts";

/** Orders that are looked up at the same time. */
const LOOKED_UP_AT_ONCE = 10;

type Verdict = PlaceOrdersReply["results"][number];

/**
 * As `placeOrder` for up to 100 orders in one request; a refusal does not touch its neighbours. When no
 * attempt brought verdicts, each order is looked up by its hash. A single verdict of `engine_timeout` whose
 * order is not found has `orderHash` and `signedOrder` among the members of its `problem`.
 * @throws AgonError. Where it stays unknown which orders were taken, `details.signedOrders` has all of them,
 * each with its `hash`, and may be placed again as a whole; `details.unknownHashes` names those not found.
 */
export async function placeOrders(
  context: Context,
  orders: (OrderParameters | SignedOrderRequest)[],
): Promise<Verdict[]> {
  const signedOrders: SignedOrderRequest[] = [];
  // One after the other: a wallet asks its user, and nonces follow the given order.
  for (const order of orders) {
    signedOrders.push("request" in order ? order : await signOrder(context, order));
  }
  try {
    const { results } = await context.http.request({
      method: "POST",
      path: "/v1/orders/batch",
      body: { orders: signedOrders.map(({ request }) => request) },
      reply: placeOrdersReplySchema,
      repeatable: "idempotent",
    });
    return await completed(context, results, signedOrders);
  } catch (error) {
    if (!isSilence(error)) throw error;
    const found = await lookUpOrders(context, signedOrders);
    const unknown = signedOrders.filter(({ hash }) => !found.has(hash));
    if (unknown.length > 0) throw withOrders(error as AgonError, signedOrders, unknown);
    return signedOrders.map(({ hash }) => ({
      ok: true,
      ...(found.get(hash) as PlaceOrderReply),
    }));
  }
}

/** The verdicts, where those that tell nothing are replaced by what the account knows of the order. */
async function completed(
  context: Context,
  verdicts: Verdict[],
  signedOrders: SignedOrderRequest[],
): Promise<Verdict[]> {
  const isOpen = (verdict: Verdict | undefined) =>
    verdict?.ok === false && verdict.problem.code === "engine_timeout";
  const open = signedOrders.filter((_, place) => isOpen(verdicts[place]));
  if (open.length === 0) return verdicts;
  const found = await lookUpOrders(context, open);
  return verdicts.map((verdict, place) => {
    const signedOrder = signedOrders[place];
    if (verdict.ok || signedOrder === undefined || !isOpen(verdict)) return verdict;
    const { hash } = signedOrder;
    const reply = found.get(hash);
    if (reply !== undefined) return { ok: true, ...reply };
    return { ok: false, problem: { ...verdict.problem, orderHash: hash, signedOrder } };
  });
}

/** Those that the account has, by hash. Ends early once nobody answers: each look-up has its repetitions. */
async function lookUpOrders(
  context: Context,
  signedOrders: SignedOrderRequest[],
): Promise<Map<Hex, PlaceOrderReply>> {
  const found = new Map<Hex, PlaceOrderReply>();
  for (let start = 0; start < signedOrders.length; start += LOOKED_UP_AT_ONCE) {
    const asked = signedOrders.slice(start, start + LOOKED_UP_AT_ONCE);
    const answers = await Promise.all(asked.map(({ hash }) => lookUpOrder(context, hash)));
    answers.forEach((answer, place) => {
      const hash = asked[place]?.hash;
      if (hash !== undefined && typeof answer !== "string") found.set(hash, answer);
    });
    if (answers.includes("unknown")) break;
  }
  return found;
}

function withOrders(
  error: AgonError,
  signedOrders: SignedOrderRequest[],
  unknown: SignedOrderRequest[],
): AgonError {
  return AgonError.from(error, {
    detail: "Which of the orders were taken is not known: place the same signed orders again.",
    details: { signedOrders, unknownHashes: unknown.map(({ hash }) => hash) },
  });
}
