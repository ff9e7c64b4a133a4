import { MICRO_PER_LOT } from "../../protocol/units.ts";
import { toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { allowCollateral } from "../collateral-allowance.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { memberSetOf } from "../member-set.ts";
import type { ConversionParameters } from "./convert-no.ts";

/**
 * The reverse of `convertNo`: burns the wallet's YES tokens of every other member, takes k − 1 collateral a
 * share from the wallet (approving exactly that much when the allowance is short), and credits in escrow NO
 * of these k members.
 * @throws AgonError `markets_not_grouped`, `transaction_reverted`
 */
export async function convertYes(
  context: Context,
  parameters: ConversionParameters,
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(parameters.quantity));
  const { groupId, set } = await memberSetOf(context, parameters.markets);
  const paidLots = (sizeOf(set) - 1n) * quantityLots;
  if (paidLots > 0n) await allowCollateral(context, paidLots * BigInt(MICRO_PER_LOT));
  return exchangeCall(context, "convertYes", [groupId, set, quantityLots]);
}

function sizeOf(set: bigint): bigint {
  let members = 0n;
  for (let rest = set; rest !== 0n; rest &= rest - 1n) members++;
  return members;
}
