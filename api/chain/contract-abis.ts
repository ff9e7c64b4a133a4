import type { Abi } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { optimisticResolverAbi } from "../../protocol/abi/optimistic-resolver.ts";
import { priceFeedResolverAbi } from "../../protocol/abi/price-feed-resolver.ts";

/** Exchange and resolvers call each other: a call may revert with another's error. */
const ERRORS: Abi = [exchangeAbi, priceFeedResolverAbi, optimisticResolverAbi].flatMap((abi) =>
  abi.filter(({ type }) => type === "error"),
);
const withErrors = (abi: Abi): Abi => [...abi.filter(({ type }) => type === "function"), ...ERRORS];

/** The functions of the one, the errors of all. */
export const EXCHANGE_ABI = withErrors(exchangeAbi);
export const PRICE_FEED_ABI = withErrors(priceFeedResolverAbi);
export const OPTIMISTIC_ABI = withErrors(optimisticResolverAbi);
