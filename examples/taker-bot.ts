/**
 * `npm run example:taker -- --market eth-75-up --fair 0.20`: takes what is offered for less than it is
 * worth to the bot, until its budget is spent. Ctrl-C (or `--seconds`) ends it sooner. The last line is a
 * summary as JSON.
 */
import { parseArgs } from "node:util";
import { parseCollateral, parsePrice, parseShares } from "../sdk/index.ts";
import { enterExchange } from "./enter-exchange.ts";
import { takeEdges } from "./taker-bot/take-edges.ts";
import { untilStopped } from "./until-stopped.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: process.env["AGON_URL"] ?? "http://127.0.0.1:8080" },
    market: { type: "string", default: "eth-75-up" },
    fair: { type: "string", default: "0.2" },
    edge: { type: "string", default: "0.02" },
    shares: { type: "string", default: "5" },
    budget: { type: "string", default: "5" },
    seconds: { type: "string", default: "0" },
  },
});

const settings = {
  fairTicks: parsePrice(values.fair),
  edgeTicks: parsePrice(values.edge),
  sizeLots: parseShares(values.shares),
  budgetMicro: parseCollateral(values.budget),
};
const signal = untilStopped(Number(values.seconds));
// A fee comes on top of the price: at most as much again.
const trader = await enterExchange(values.url, settings.budgetMicro * 2n);
try {
  const market = await trader.client.getMarket(values.market);
  console.log(JSON.stringify(await takeEdges(trader, market, settings, signal)));
} finally {
  trader.client.close();
}
