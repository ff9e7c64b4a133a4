import type { Address, Hex } from "viem";
import type { Verdict } from "../../protocol/engine/request.ts";
import type { OrderView } from "../../protocol/engine/view.ts";
import type { Result } from "../../protocol/errors.ts";
import { findOrder } from "../history/order-history.ts";
import type { Services } from "../services.ts";

/** The engine's verdict on the cancel of one order; one that ended long ago is only in the tables. */
export async function cancelVerdict(
  verdict: Verdict | undefined,
  maker: Address,
  hash: Hex,
  services: Services,
): Promise<Result<{ order: OrderView }>> {
  if (verdict?.ok === true && verdict.kind === "cancel") return { ok: true, order: verdict.order };
  if (!verdict || verdict.ok) return { ok: false, code: "internal" };
  if (verdict.code === "order_unknown") {
    const ended = await findOrder(services.tables, maker, hash);
    if (ended) return { ok: false, code: "order_not_open", details: { status: ended.status } };
  }
  return verdict;
}
