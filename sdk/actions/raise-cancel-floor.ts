import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/**
 * Voids on chain every order of the signer with a nonce below `floor`, without asking the operator;
 * bites at the engine at once, on chain after the exit delay. This session's nonces move above it.
 */
export async function raiseCancelFloor(context: Context, floor: bigint): Promise<MinedTransaction> {
  const mined = await exchangeCall(context, "raiseCancelFloor", [floor]);
  context.nonces.raiseFloor(floor);
  return mined;
}
