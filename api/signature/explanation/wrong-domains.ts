import { type Address, domainSeparator, hexToBytes, type TypedDataDomain, zeroAddress } from "viem";
import type { Deployment } from "../../../protocol/deployment.ts";
import { exchangeDomain } from "../../../protocol/order-hash.ts";
import type { SignatureDifference } from "./signature-difference.ts";

/** A domain with one wrong field, by its hash. */
export interface WrongDomain {
  hash: Uint8Array;
  difference: SignatureDifference;
}

const NAMES = ["", "agon", "AGON", "Agon Exchange", "AgonExchange", "Exchange"];
const VERSIONS = ["", "0", "2", "1.0", "1.0.0", "v1"];
/** Where wallets stand by default: the main networks, their test networks, and local nodes. */
const CHAIN_IDS = [
  ...[1, 10, 56, 100, 137, 8453, 42161, 43114, 59144],
  ...[11155111, 17000, 80002, 84532, 421614, 11155420],
  ...[0, 1337, 31337, 31338],
];

const HINTS: Record<string, string> = {
  name: "The domain's name is as GET /v1/exchange says it.",
  version: "The domain's version is as GET /v1/exchange says it.",
  chainId: "Switch the wallet to the exchange's chain, and sign under its id.",
  verifyingContract:
    "Orders are signed for the exchange's own address, not for another contract's.",
};

function contractsOf(deployment: Deployment): Address[] {
  const { outcomeTokens, collateral, roles, priceFeedResolver, optimisticResolver } = deployment;
  const others = [outcomeTokens, collateral, roles, priceFeedResolver, optimisticResolver];
  return [...others, ...Object.values(deployment.priceFeeds), zeroAddress];
}

/** The domains that differ from the exchange's in one field, or lack one; each by its hash. */
export function wrongDomains(deployment: Deployment): WrongDomain[] {
  const right = exchangeDomain(deployment.chainId, deployment.exchange);
  const values: [keyof TypedDataDomain, readonly unknown[]][] = [
    ["name", NAMES],
    ["version", VERSIONS],
    ["chainId", CHAIN_IDS],
    ["verifyingContract", contractsOf(deployment)],
  ];
  return values.flatMap(([field, wrong]) =>
    [undefined, ...wrong]
      .filter((value) => value !== right[field])
      .map((value) => wrongDomain(right, field, value)),
  );
}

function wrongDomain(
  right: TypedDataDomain,
  field: keyof TypedDataDomain,
  value: unknown,
): WrongDomain {
  const domain = { ...right, [field]: value };
  if (value === undefined) delete domain[field];
  return {
    hash: hexToBytes(domainSeparator({ domain })),
    difference: {
      field: `domain.${field}`,
      signed: value === undefined ? "(no such field)" : String(value),
      needed: String(right[field]),
      hint: HINTS[field] ?? "",
    },
  };
}
