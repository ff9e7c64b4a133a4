import type { Market } from "../../../protocol/wire/market.ts";
import { type AgonClient, isAgonError } from "../../../sdk/index.ts";
import { despiteOutage } from "../despite-outage.ts";
import { latestEthPrice } from "../dev-feed.ts";
import type { Stage } from "../stage.ts";

const RESOLVE_WITHIN_SECONDS = 86_400;

/** A market of its own for this story, soon to close: will ETH hold its price of now? */
export async function openMarket(
  stage: Stage,
  admin: AgonClient,
  { closesAfterSeconds, takerFeeBps }: { closesAfterSeconds: number; takerFeeBps: number },
): Promise<Market> {
  const { transcript, chain } = stage;
  transcript.chapter("A market opens, to be resolved by the ETH price feed");
  const price = await latestEthPrice(stage);
  const { timestamp } = await chain.getBlock();
  const now = Math.max(Number(timestamp), Math.floor(Date.now() / 1000));
  const slug = `demo-eth-${Date.now().toString(36)}`;
  const dollars = `${price / 100_000_000n} USD`;
  const create = () =>
    admin.createMarket({
      slug,
      question: `Will ETH be at or above ${dollars} when this market closes?`,
      rules: `YES if the first ETH/USD round at or after the close is at or above ${dollars}, else NO.`,
      category: "crypto",
      closeTime: now + closesAfterSeconds,
      resolveDeadline: now + closesAfterSeconds + RESOLVE_WITHIN_SECONDS,
      takerFeeBps,
      resolution: { kind: "price_at_or_above", symbol: "ETH", threshold: price.toString() },
    });
  let transactionHash: string | undefined;
  try {
    ({ transactionHash } = await despiteOutage(create));
  } catch (error) {
    // Created by an attempt whose reply was lost.
    if (!isAgonError(error, "market_slug_taken")) throw error;
  }
  const market = await admin.getMarket(slug);
  transcript.line("Market", market.question, transactionHash);
  transcript.line("", `id ${market.marketId}, ${slug}, taker fee ${market.takerFeeBps / 100} %`);
  return market;
}
