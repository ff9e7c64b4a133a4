/**
 * `npm run example:maker -- --market eth-75-up`: quotes both sides of a market around the others' middle,
 * leans against its inventory and keeps it within a limit. Ctrl-C (or `--seconds`) ends it: what rests is
 * cancelled. The last line is a summary as JSON.
 */
import { parseArgs } from "node:util";
import { enterExchange } from "./enter-exchange.ts";
import { makeMarket } from "./market-maker/make-market.ts";
import { untilStopped } from "./until-stopped.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: process.env["AGON_URL"] ?? "http://127.0.0.1:8080" },
    market: { type: "string", default: "eth-75-up" },
    "half-spread": { type: "string", default: "10" },
    shares: { type: "string", default: "10" },
    "max-inventory": { type: "string", default: "50" },
    seconds: { type: "string", default: "0" },
  },
});
const LOTS_PER_SHARE = 100;
const MICRO_PER_SHARE = 1_000_000n;

const maxShares = Number(values["max-inventory"]);
const settings = {
  halfSpreadTicks: Number(values["half-spread"]),
  sizeLots: Number(values.shares) * LOTS_PER_SHARE,
  maxInventoryLots: maxShares * LOTS_PER_SHARE,
};
for (const [name, value] of Object.entries(settings)) {
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`${name} is no positive whole number.`);
}

const signal = untilStopped(Number(values.seconds));
// Both sides at the worst price: what the maker can come to hold costs no more.
const trader = await enterExchange(values.url, BigInt(2 * maxShares) * MICRO_PER_SHARE);
try {
  const market = await trader.client.getMarket(values.market);
  console.log(JSON.stringify(await makeMarket(trader, market, settings, signal)));
} finally {
  trader.client.close();
}
