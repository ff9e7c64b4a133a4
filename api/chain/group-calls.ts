import { type Hex, isAddressEqual } from "viem";
import type { z } from "zod";
import type { Deployment } from "../../protocol/deployment.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import type { createGroupRequestSchema, ResolveGroupRequest } from "../../protocol/wire/group.ts";
import { ApiProblem } from "../problem.ts";
import { EXCHANGE_ABI, OPTIMISTIC_ABI } from "./contract-abis.ts";
import { creating } from "./creation-rules.ts";
import { resolverOf } from "./resolver-of.ts";
import { notResolvable } from "./send-resolution.ts";
import type { ServerCall, ServerWallet } from "./server-wallet.ts";

export type CreateGroup = z.output<typeof createGroupRequestSchema>;

interface GroupCallDeps {
  wallet: ServerWallet;
  deployment: Deployment;
}

/** Creates all members in one transaction; returns its hash once it is mined. */
export async function createGroup(
  { resolution, ...request }: CreateGroup,
  { wallet, deployment, onSigned }: GroupCallDeps & { onSigned: () => void },
): Promise<Hex> {
  const params = { ...request, ...resolverOf(resolution, { deployment, account: wallet.address }) };
  const receipt = await creating(() =>
    wallet.call(
      {
        address: deployment.exchange,
        abi: EXCHANGE_ABI,
        functionName: "createGroup",
        args: [params],
      },
      onSigned,
    ),
  );
  return receipt.transactionHash;
}

/** The call that resolves the group of which `first` is the first market. @throws ApiProblem `market_not_resolvable`. */
export function resolvingGroupCall(
  first: MarketView,
  { payoutsYes }: ResolveGroupRequest,
  { wallet, deployment }: GroupCallDeps,
): ServerCall {
  const groupId = BigInt(first.marketId);
  if (isAddressEqual(first.resolver, deployment.optimisticResolver)) {
    const address = deployment.optimisticResolver;
    return { address, abi: OPTIMISTIC_ABI, functionName: "finalize", args: [groupId] };
  }
  if (!isAddressEqual(first.resolver, wallet.address)) {
    throw notResolvable(`Only ${first.resolver} resolves this group.`);
  }
  if (payoutsYes === undefined) {
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "/payoutsYes", message: "is needed for a manual group" }],
    });
  }
  return {
    address: deployment.exchange,
    abi: EXCHANGE_ABI,
    functionName: "resolveGroup",
    args: [groupId, payoutsYes],
  };
}
