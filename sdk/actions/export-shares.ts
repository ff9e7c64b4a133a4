import { type QuantityInput, toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireChain, requireSigner } from "../context.ts";
import { executeRelease } from "./execute-release.ts";
import { requestRelease } from "./request-release.ts";

export interface ExportParameters {
  /** The market's slug. */
  market: string;
  outcome: "YES" | "NO";
  /** `"12.5"` shares, or 1250 lots. */
  quantity: QuantityInput;
}

/**
 * Shares from escrow to the wallet as ERC-1155 tokens at once, co-signed by the operator.
 * Without the operator: `requestExport`, then `executeExport` after the exit delay.
 * @throws AgonError `release_exceeds_settled`
 */
export async function exportShares(
  context: Context,
  parameters: ExportParameters,
): Promise<MinedTransaction> {
  requireSigner(context);
  requireChain(context);
  const release = await requestRelease(context, {
    asset: parameters.outcome === "YES" ? "yes" : "no",
    market: parameters.market,
    amount: toQuantityLots(parameters.quantity).toString(),
  });
  return executeRelease(context, release);
}
