import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { Result } from "../../protocol/errors.ts";
import type { Release } from "../../protocol/order.ts";
import { exchangeDomain, RELEASE_TYPES } from "../../protocol/order-hash.ts";

/** Gives the operator's consent to an immediate exit. */
export interface ReleaseSigner {
  /** Whether it can sign at all: ask before funds are set aside. */
  readonly available: boolean;
  /**
   * Signs a release whose funds the engine has set aside *durably*: with the signature the account can
   * take them at once. Fails with `release_unavailable` when this exchange has no operator's key.
   */
  sign(release: Release): Promise<Result<{ signature: Hex }>>;
}

export function createReleaseSigner(parameters: {
  operatorPrivateKey: Hex | null;
  deployment: Deployment;
}): ReleaseSigner {
  const { operatorPrivateKey, deployment } = parameters;
  if (operatorPrivateKey === null) {
    return {
      available: false,
      sign: () => Promise.resolve({ ok: false, code: "release_unavailable" }),
    };
  }
  const operator = privateKeyToAccount(operatorPrivateKey);
  const domain = exchangeDomain(deployment.chainId, deployment.exchange);
  return {
    available: true,
    async sign(release) {
      const signature = await operator.signTypedData({
        domain,
        types: RELEASE_TYPES,
        primaryType: "Release",
        message: { ...release, marketId: BigInt(release.marketId) },
      });
      return { ok: true, signature };
    },
  };
}
