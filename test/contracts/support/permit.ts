import { type Hex, parseSignature } from "viem";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import type { Actor } from "./actor.ts";
import type { ExchangeFixture } from "./exchange-fixture.ts";

const PERMIT_SECONDS = 3600;

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/**
 * An EIP-2612 permit for the exchange over `micro` of the owner's collateral, as the last four arguments of
 * `depositWithPermit`.
 */
export async function signPermit(
  x: ExchangeFixture,
  owner: Actor,
  micro: bigint,
  signer: Actor = owner,
): Promise<[deadline: bigint, v: number, r: Hex, s: Hex]> {
  const deadline = BigInt((await x.chain.now()) + PERMIT_SECONDS);
  const signature = await signer.signTypedData({
    domain: {
      name: "Agon Dev Dollar",
      version: "1",
      chainId: x.chain.reader.chain.id,
      verifyingContract: x.collateral,
    },
    types: PERMIT_TYPES,
    primaryType: "Permit",
    message: {
      owner: owner.address,
      spender: x.exchange,
      value: micro,
      nonce: await x.chain.reader.readContract({
        address: x.collateral,
        abi: devCollateralAbi,
        functionName: "nonces",
        args: [owner.address],
      }),
      deadline,
    },
  });
  const { r, s, v } = parseSignature(signature);
  return [deadline, Number(v), r, s];
}
