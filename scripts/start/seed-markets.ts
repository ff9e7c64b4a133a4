import { createPublicClient, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { devPriceFeedAbi } from "../../protocol/abi/dev-price-feed.ts";
import { formatCollateral, formatPrice, formatShares } from "../../protocol/units.ts";
import { type AgonClient, connect } from "../../sdk/index.ts";
import { demoMarkets, type Quotes } from "./demo-markets.ts";
import { DEV_ACCOUNTS } from "./dev-accounts.ts";
import type { ExchangeAddresses } from "./exchange.ts";

/** What seeding needs to know of an exchange. */
type Seedable = Pick<ExchangeAddresses, "apiUrl" | "rpcUrl" | "deployment">;

const MAKER_DEPOSIT = "5000";
const TAKER_DEPOSIT = "100";
const TAKER_SHARES = "10";
const WAIT_TIMEOUT_MS = 30_000;

/** The trade that shows that everything works, from signature to chain. */
export interface FirstTrade {
  slug: string;
  sentence: string;
  transactionHash: Hex;
}

/**
 * Creates the demo markets with resting quotes when the exchange has no market, and makes one trade.
 * Everything goes the way that any user's would: signed in, deposited, signed, matched, settled.
 * @returns null when there were markets already.
 */
export async function seedMarkets(exchange: Seedable): Promise<FirstTrade | null> {
  const clients: AgonClient[] = [];
  const client = async (privateKey: Hex) => {
    const connected = await connect(exchange.apiUrl, { signer: privateKeyToAccount(privateKey) });
    clients.push(connected);
    await connected.signIn();
    return connected;
  };
  try {
    const admin = await client(DEV_ACCOUNTS.admin.privateKey);
    if ((await admin.listMarkets({ limit: 1 })).items.length > 0) return null;
    const maker = await client(DEV_ACCOUNTS.marketMaker.privateKey);
    await fund(maker, MAKER_DEPOSIT);
    const markets = demoMarkets(Math.floor(Date.now() / 1000), await ethPrice(exchange));
    for (const { request, quotes } of markets) {
      await admin.createMarket(request);
      await quote(maker, request.slug, quotes);
    }
    const taker = await client(DEV_ACCOUNTS.firstTaker.privateKey);
    return await firstTrade(taker, "eth-75-up");
  } finally {
    for (const connected of clients) connected.close();
  }
}

async function ethPrice({ rpcUrl, deployment }: Seedable): Promise<bigint> {
  const address = deployment.priceFeeds["ETH"];
  if (!address) throw new Error("The deployment has no ETH price feed.");
  const chain = createPublicClient({ transport: http(rpcUrl) });
  const [, answer] = await chain.readContract({
    address,
    abi: devPriceFeedAbi,
    functionName: "latestRoundData",
  });
  return answer;
}

/** Faucet, deposit with permit, and the wait until the engine counts it. */
async function fund(user: AgonClient, amount: string): Promise<void> {
  await user.requestFaucet({ amount });
  const account = user.openAccount();
  try {
    await user.depositWithPermit({ amount });
    await account.waitForAvailable(1n, WAIT_TIMEOUT_MS);
  } finally {
    account.close();
  }
}

async function quote(maker: AgonClient, market: string, { yes, no }: Quotes): Promise<void> {
  const orders = [
    ...yes.map(([price, quantity]) => ({ market, outcome: "YES", price, quantity }) as const),
    ...no.map(([price, quantity]) => ({ market, outcome: "NO", price, quantity }) as const),
  ];
  for (const order of orders) {
    await maker.placeOrder({ ...order, side: "BUY", timeInForce: "POST_ONLY" });
  }
}

async function firstTrade(taker: AgonClient, slug: string): Promise<FirstTrade> {
  await fund(taker, TAKER_DEPOSIT);
  const { asks } = await taker.getBook(slug);
  const price = asks[0]?.[0];
  if (price === undefined) throw new Error(`The market ${slug} has no asks.`);
  const account = taker.openAccount();
  try {
    const { order } = await taker.placeOrder({
      market: slug,
      outcome: "YES",
      side: "BUY",
      price,
      quantity: TAKER_SHARES,
      timeInForce: "FAK",
    });
    const [fill] = await account.waitForSettlement(order.hash, WAIT_TIMEOUT_MS);
    if (!fill?.transactionHash) throw new Error(`The first trade on ${slug} did not settle.`);
    const cost = BigInt(fill.yesPriceTicks * fill.quantityLots * 10);
    return {
      slug,
      sentence: `${formatShares(fill.quantityLots)} YES at ${formatPrice(fill.yesPriceTicks)} for ${formatCollateral(cost)} (${fill.matchKind}, ${fill.status})`,
      transactionHash: fill.transactionHash,
    };
  } finally {
    account.close();
  }
}
