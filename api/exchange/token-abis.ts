import { erc20Abi, parseAbi } from "viem";
import { exchangeRolesAbi } from "../../protocol/abi/exchange-roles.ts";
import { optimisticResolverAbi } from "../../protocol/abi/optimistic-resolver.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import { priceFeedResolverAbi } from "../../protocol/abi/price-feed-resolver.ts";

/** What a client calls on the collateral: ERC-20 and its EIP-2612 permit. */
export const COLLATERAL_ABI = [
  ...erc20Abi.filter((entry) => entry.type === "function"),
  ...parseAbi([
    "function nonces(address owner) view returns (uint256)",
    "function DOMAIN_SEPARATOR() view returns (bytes32)",
    "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
  ]),
];

/** The exchange alone mints and burns. */
const NOT_FOR_HOLDERS = new Set(["mint", "burn"]);

/** What a holder calls on the outcome tokens, ERC-1155, and the events and errors to read them by. */
export const OUTCOME_TOKENS_ABI = outcomeTokensAbi.filter(
  (entry) => !("name" in entry && NOT_FOR_HOLDERS.has(entry.name)) && entry.type !== "constructor",
);

/** The exchange alone tells a resolver of a market. */
function forAnyone<Abi extends readonly { type: string }[]>(abi: Abi): Abi[number][] {
  return abi.filter(
    (entry) => entry.type !== "constructor" && !("name" in entry && entry.name === "marketCreated"),
  );
}

/** What anyone calls on the resolver of price-feed markets, with its events and errors. */
export const PRICE_FEED_RESOLVER_ABI = forAnyone(priceFeedResolverAbi);

/** What anyone calls on the resolver of markets by proposed answers, with its events and errors. */
export const OPTIMISTIC_RESOLVER_ABI = forAnyone(optimisticResolverAbi);

/** Who may do what, and how it changes hands. */
export const ROLES_ABI = forAnyone(exchangeRolesAbi);

/** EIP-2612. */
export const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};
