import { Outcome } from "../../protocol/units.ts";
import { toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { marketIdOf } from "../market-reference.ts";
import type { ExportParameters } from "./export-shares.ts";

/** Asks on chain for an export that the operator cannot refuse; `executeExport` after the exit delay. */
export async function requestExport(
  context: Context,
  parameters: ExportParameters,
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(parameters.quantity));
  const marketId = await marketIdOf(context, parameters.market);
  return exchangeCall(context, "requestExport", [
    marketId,
    Outcome[parameters.outcome],
    quantityLots,
  ]);
}
