import { DEV_ACCOUNTS } from "./dev-accounts.ts";
import type { ExchangeAddresses } from "./exchange.ts";
import type { FirstTrade } from "./seed-markets.ts";

const LABEL_WIDTH = 20;

type Row = [label: string, value: string];

function section(title: string, rows: Row[]): string {
  const lines = rows.map(([label, value]) => `  ${label.padEnd(LABEL_WIDTH)} ${value}`);
  return [title, ...lines].join("\n");
}

/** What a newcomer needs to know of a running exchange. */
export function exchangeTable(exchange: ExchangeAddresses, firstTrade: FirstTrade | null): string {
  const { deployment } = exchange;
  const free = DEV_ACCOUNTS.free.map<Row>(({ address, privateKey }) => [address, privateKey]);
  return [
    section("Agon is up", [
      ["api", `${exchange.apiUrl}/v1/exchange`],
      ["docs", `${exchange.apiUrl}/docs`],
      ["openapi", `${exchange.apiUrl}/openapi.json`],
      ["streams", `${exchange.apiUrl.replace("http", "ws")}/ws`],
      ["health", `${exchange.apiUrl}/health/detailed`],
      ["index (GraphQL)", exchange.indexerUrl],
      ["chain RPC", `${exchange.rpcUrl} (chain id ${deployment.chainId})`],
      ["logs", exchange.logDir],
    ]),
    section("Contracts", [
      ["exchange", deployment.exchange],
      ["outcome tokens", deployment.outcomeTokens],
      ["collateral", `${deployment.collateral} (6 decimals, permit, faucet)`],
      ["price-feed resolver", deployment.priceFeedResolver],
      ["optimistic resolver", deployment.optimisticResolver],
      ...Object.entries(deployment.priceFeeds).map<Row>(([symbol, at]) => [`${symbol} feed`, at]),
    ]),
    section("Development accounts (public keys of Hardhat: never send anything real to them)", [
      ["admin", DEV_ACCOUNTS.admin.address],
      ["operator", DEV_ACCOUNTS.operator.address],
      ...free.map<Row>(([address, key], index) => [`yours ${index + 1}`, `${address}  ${key}`]),
    ]),
    section("SQL (read-only)", [["psql", `psql ${exchange.readerUrl}`]]),
    section("First trade", [
      firstTrade
        ? [
            firstTrade.slug,
            `${firstTrade.sentence}\n${" ".repeat(LABEL_WIDTH + 3)}${firstTrade.transactionHash}`,
          ]
        : ["none", "there were markets already"],
    ]),
    section("Try next, in another terminal", [
      ["npm run demo", "two strangers trade, settle, resolve and leave"],
      ["curl", `${exchange.apiUrl}/v1/markets`],
      ["curl", `${exchange.apiUrl}/v1/markets/eth-75-up/book`],
      ["psql", "SELECT slug, status, last_yes_price_ticks FROM chain.markets;"],
    ]),
  ].join("\n\n");
}
