import assert from "node:assert/strict";
import { type Abi, decodeErrorResult, isHex } from "viem";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { optimisticResolverAbi } from "../../../protocol/abi/optimistic-resolver.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import { priceFeedResolverAbi } from "../../../protocol/abi/price-feed-resolver.ts";

const ABIS: readonly Abi[] = [
  exchangeAbi,
  outcomeTokensAbi,
  priceFeedResolverAbi,
  optimisticResolverAbi,
  devCollateralAbi,
];

/** The name of the error with which a contract refused, out of viem's error. `abi`: of one that is not of ours. */
export function errorNameOf(error: unknown, abi: Abi = []): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const data = (cause as { data?: unknown }).data;
    const bytes = isHex(data) ? data : (data as { data?: unknown } | undefined)?.data;
    if (!isHex(bytes)) continue;
    for (const known of [abi, ...ABIS]) {
      try {
        return decodeErrorResult({ abi: known, data: bytes }).errorName;
      } catch {
        // Another contract's error.
      }
    }
  }
  return undefined;
}

/** Asserts that a call is refused with the contract's error `name`. */
export async function assertRefused(
  call: Promise<unknown>,
  name: string,
  abi?: Abi,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    const found = errorNameOf(error, abi);
    if (found === undefined) throw error;
    assert.equal(found, name);
    return;
  }
  assert.fail(`the call is not refused with ${name}`);
}
