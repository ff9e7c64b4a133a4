import type { Hex } from "viem";
import type { PlaceOrderReply } from "../../protocol/wire/order.ts";
import { isAgonError } from "../agon-error.ts";
import { type Context, credentialOf } from "../context.ts";
import { getOrder } from "./get-order.ts";

/**
 * The order as it stands, where the session's or key's account has it.
 * `absent`: the exchange does not know it, as yet. `unknown`: nobody can say.
 */
export async function lookUpOrder(
  context: Context,
  hash: Hex,
): Promise<PlaceOrderReply | "absent" | "unknown"> {
  if (credentialOf(context) === null) return "unknown";
  try {
    return { ...(await getOrder(context, hash)), repeated: true };
  } catch (error) {
    return isAgonError(error, "order_unknown") ? "absent" : "unknown";
  }
}
