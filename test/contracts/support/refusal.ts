import assert from "node:assert/strict";
import { BaseError, ContractFunctionRevertedError } from "viem";

/** The name of the error with which a contract refused, out of viem's error. */
export function errorNameOf(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  return revert instanceof ContractFunctionRevertedError ? revert.data?.errorName : undefined;
}

/** Asserts that a call is refused with the contract's error `name`. */
export async function assertRefused(call: Promise<unknown>, name: string): Promise<void> {
  try {
    await call;
  } catch (error) {
    const found = errorNameOf(error);
    if (found === undefined) throw error;
    assert.equal(found, name);
    return;
  }
  assert.fail(`the call is not refused with ${name}`);
}
