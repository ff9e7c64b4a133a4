import type { Hex } from "viem";
import { ApiProblem } from "../problem.ts";
import { CallReverted, type ServerCall, type ServerWallet } from "./server-wallet.ts";

/** The refusal to resolve, with its reason. */
export function notResolvable(reason: string, cause?: unknown): ApiProblem {
  return new ApiProblem("market_not_resolvable", { details: { detail: reason }, cause });
}

/** Sends a resolving call; returns its hash once it is mined. @throws ApiProblem `market_not_resolvable`. */
export async function sendResolution(call: ServerCall, wallet: ServerWallet): Promise<Hex> {
  try {
    return (await wallet.call(call)).transactionHash;
  } catch (error) {
    if (error instanceof CallReverted) throw notResolvable(error.errorName, error);
    throw error;
  }
}
