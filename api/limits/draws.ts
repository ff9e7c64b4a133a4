import type { ApiKeyScope } from "../../protocol/wire/auth.ts";
import type { Principal } from "./identify-principal.ts";
import type { LimitBucket, PolicyName } from "./policies.ts";

/** One allowance that a request draws on, and whose. */
export interface Draw {
  policy: PolicyName;
  key: string;
}

/**
 * What a request draws on, the narrowest first. `principal`: null where its address counts. A key takes of its
 * account's cancels at most its own share, and nothing where its scopes do not reach: who got hold of one must not
 * keep the owner from taking orders back.
 */
export function drawsOf(
  { bucket, scope, network }: { bucket: LimitBucket; scope?: ApiKeyScope; network: string },
  principal: Principal | null,
): Draw[] {
  if (bucket === "probes") return [{ policy: "probes", key: network }];
  const isCancel = bucket === "cancels";
  if (!principal) return [{ policy: isCancel ? "cancels" : "address", key: network }];
  const { account, keyId, scopes } = principal;
  const draws: Draw[] =
    keyId === null ? [] : [{ policy: isCancel ? "key_cancels" : "key", key: keyId }];
  const isReached = keyId === null || (scope !== undefined && scopes.includes(scope));
  if (isCancel && !isReached) return draws;
  draws.push({ policy: isCancel ? "cancels" : "account", key: account });
  // The accounts of an address take cancels apart from all else.
  draws.push({ policy: "network", key: isCancel ? `${network} cancels` : network });
  return draws;
}
