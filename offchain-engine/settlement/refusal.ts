import { type Address, BaseError, decodeErrorResult, type Hex, isHex } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { ChainClient } from "../chain/client.ts";

/** Why the exchange refuses a call: the name of its error and the error's arguments. */
export interface Refusal {
  name: string;
  args: readonly unknown[];
}

/**
 * Whether the exchange would take the call of `settle` now: null when it would, else its refusal.
 * @throws viem's errors when the chain does not answer.
 */
export async function batchRefusal(
  client: ChainClient,
  exchange: Address,
  operator: Address,
  calldata: Hex,
): Promise<Refusal | null> {
  try {
    await client.call({ account: operator, to: exchange, data: calldata });
    return null;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    throw error;
  }
}

/** The contract's refusal inside viem's error, or null when the error is not one. */
export function refusalOf(error: unknown): Refusal | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const data = revertData(cause);
    if (data !== null) return named(data);
  }
  if (error instanceof BaseError && /revert/i.test(error.details ?? "")) {
    return { name: "unnamed", args: [error.details] };
  }
  return null;
}

/** The data of a revert stands at `data`, at `data.data`, or is not told. */
function revertData(error: Error): Hex | null {
  const data = (error as { data?: unknown }).data;
  if (isHex(data)) return data;
  const inner = (data as { data?: unknown } | undefined)?.data;
  return isHex(inner) ? inner : null;
}

function named(data: Hex): Refusal {
  try {
    const { errorName, args } = decodeErrorResult({ abi: exchangeAbi, data });
    return { name: errorName, args: args ?? [] };
  } catch {
    return { name: "unnamed", args: [data] };
  }
}
