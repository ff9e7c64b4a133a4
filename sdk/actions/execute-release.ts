import type { WithdrawalReply } from "../../protocol/wire/account.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/**
 * Executes a co-signed release on chain. The call is encoded here from the release's fields: what
 * the wallet sends never rests on bytes that a server made.
 */
export async function executeRelease(
  context: Context,
  { release, signature }: Pick<WithdrawalReply, "release" | "signature">,
): Promise<MinedTransaction> {
  const { account, asset, deadline } = release;
  const marketId = BigInt(release.marketId);
  const amount = BigInt(release.amount);
  const nonce = BigInt(release.nonce);
  return exchangeCall(context, "executeRelease", [
    { account, marketId, asset, amount, nonce, deadline },
    signature,
  ]);
}
