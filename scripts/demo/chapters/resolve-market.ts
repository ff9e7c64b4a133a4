import type { Hex } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { isAgonError } from "../../../sdk/index.ts";
import { latestEthPrice, pushEthPrice } from "../dev-feed.ts";
import { pollUntil } from "../poll-until.ts";
import { type Cast, type Stage, seenByAll } from "../stage.ts";
import { cash } from "../transcript.ts";

const CLOSE_TIMEOUT_MS = 120_000;
const RESOLVE_TIMEOUT_MS = 60_000;

/** The market closes by time, the feed tells a round after the close, the resolver does the rest. */
export async function closeAndResolve(
  stage: Stage,
  cast: Cast,
  feedOwnerKey: Hex,
): Promise<number> {
  const { transcript } = stage;
  const { admin, market } = cast;
  transcript.chapter("The market closes, and its price feed decides it");
  const leftMs = Math.max(0, market.closeTime * 1000 - Date.now());
  transcript.line("Market", `closes in ${Math.ceil(leftMs / 1000)} s`);
  const markets = admin.openMarkets();
  await markets.waitFor(
    ({ bySlug }) => bySlug.get(market.slug)?.status !== "open" && bySlug.has(market.slug),
    CLOSE_TIMEOUT_MS,
  );
  transcript.line("Market", `closed at ${new Date(market.closeTime * 1000).toISOString()}`);
  await refusedAfterClose(stage, cast);

  // A round counts by its block's time, and a development chain's clock may trail by a second.
  await pollUntil("the chain's clock past the close", CLOSE_TIMEOUT_MS, async () => {
    const { timestamp } = await stage.chain.getBlock({ blockTag: "pending" });
    return timestamp >= BigInt(market.closeTime);
  });
  const price = (await latestEthPrice(stage)) + 1n;
  const roundHash = await pushEthPrice(stage, feedOwnerKey, price);
  transcript.line("Feed", `ETH at ${cash(price / 100n)}: at or above, so YES`, roundHash);
  const resolved = await pollUntil("the market resolved", RESOLVE_TIMEOUT_MS, async () => {
    try {
      return await admin.resolveMarket(market.slug);
    } catch (error) {
      // Not before the settlement grace has passed; or done by an attempt whose reply was lost.
      const isDone = await isResolved(stage, market.marketId);
      if (isAgonError(error, "market_not_resolvable") && isDone) return true;
      throw error;
    }
  });
  const hash = resolved === true ? undefined : resolved.transactionHash;
  const view = await markets.waitFor(({ bySlug }) => {
    const now = bySlug.get(market.slug);
    return now?.status === "resolved" && now;
  }, RESOLVE_TIMEOUT_MS);
  markets.close();
  transcript.line("Resolver", `pays ${(view.payoutYes ?? 0) / 10} % to YES`, hash);
  await checkPayout(stage, cast, view.payoutYes ?? -1);
  return view.payoutYes ?? -1;
}

async function isResolved(stage: Stage, marketId: number): Promise<boolean> {
  return (await marketOnChain(stage, marketId)).status === 3;
}

function marketOnChain(stage: Stage, marketId: number) {
  return stage.chain.readContract({
    address: stage.deployment.exchange,
    abi: exchangeAbi,
    functionName: "market",
    args: [BigInt(marketId)],
  });
}

async function refusedAfterClose(stage: Stage, { bob, market }: Cast): Promise<void> {
  const order = { outcome: "YES", side: "BUY", price: 999, quantity: 100 } as const;
  const error = await bob.client.placeOrder({ market, ...order }).catch((met: unknown) => met);
  stage.checks.compare("an order after the close is refused", {
    expected: "market_not_open",
    api: isAgonError(error) ? error.code : "accepted",
  });
}

async function checkPayout(
  stage: Stage,
  { admin, market }: Cast,
  payoutYes: number,
): Promise<void> {
  await seenByAll(stage, await stage.chain.getBlockNumber());
  const [onChain, sql, api] = await Promise.all([
    marketOnChain(stage, market.marketId),
    stage.index.figure("SELECT payout_yes FROM chain.markets WHERE market_id = $1", [
      market.marketId,
    ]),
    admin.getMarket(market.slug),
  ]);
  stage.checks.compare("the payout to YES in thousandths", {
    expected: 1000,
    chain: onChain.payoutYes,
    sql,
    api: `${api.payoutYes}`,
  });
  stage.checks.compare("… as the markets stream told it", { expected: 1000, api: payoutYes });
}
