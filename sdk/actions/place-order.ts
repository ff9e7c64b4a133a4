import type { Hex } from "viem";
import { type PlaceOrderReply, placeOrderReplySchema } from "../../protocol/wire/order.ts";
import { AgonError, isAgonError } from "../agon-error.ts";
import { type Context, credentialOf } from "../context.ts";
import { getOrder } from "./get-order.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";

/** After these the order may or may not have been taken. */
const SILENCES = ["request_timed_out", "network_failed", "engine_timeout"] as const;

/**
 * Signs an order and sends it until there is a verdict. Sending again is safe: one signed order is
 * taken once, and a repeat gets the first result with `repeated: true`. When none of the attempts
 * brought a verdict, the account is asked for the order's hash: one that was taken comes back
 * as it now stands, likewise `repeated`.
 * Takes an order signed before (`signOrder`) as well.
 * @throws AgonError with the engine's reason, for example `insufficient_cash`. Where it stays unknown
 * whether the order was taken, `details.orderHash` names it, and `details.signedOrder` may be placed again.
 */
export async function placeOrder(
  context: Context,
  order: OrderParameters | SignedOrderRequest,
): Promise<PlaceOrderReply> {
  const signed = "request" in order ? order : await signOrder(context, order);
  try {
    return await context.http.request({
      method: "POST",
      path: "/v1/orders",
      body: signed.request,
      reply: placeOrderReplySchema,
      repeatable: "idempotent",
    });
  } catch (error) {
    if (!SILENCES.some((code) => isAgonError(error, code))) throw error;
    const taken = await lookUp(context, signed.hash);
    if (taken !== null) return taken;
    throw withOrder(error as AgonError, signed);
  }
}

/** The order as it stands, if the session's or key's account has it; null when nobody can say. */
async function lookUp(context: Context, hash: Hex): Promise<PlaceOrderReply | null> {
  if (credentialOf(context) === null) return null;
  try {
    return { ...(await getOrder(context, hash)), repeated: true };
  } catch {
    return null;
  }
}

function withOrder(error: AgonError, signedOrder: SignedOrderRequest): AgonError {
  const { code, status, mend, requestId, attempts } = error;
  return new AgonError(code, {
    detail: "Whether the order was taken is not known: place the same signed order again.",
    details: { ...error.details, orderHash: signedOrder.hash, signedOrder },
    mend,
    attempts,
    cause: error,
    ...(status === null ? {} : { status }),
    ...(requestId === null ? {} : { requestId }),
  });
}
