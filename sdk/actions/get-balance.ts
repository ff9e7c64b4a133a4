import type { BalanceView } from "../../protocol/engine/view.ts";
import { balanceViewSchema } from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";

/** The session account's cash: available, locked, reserved, pending, withdrawable. */
export function getBalance(context: Context): Promise<BalanceView> {
  return context.http.request({
    method: "GET",
    path: "/v1/account/balance",
    reply: balanceViewSchema,
  });
}
