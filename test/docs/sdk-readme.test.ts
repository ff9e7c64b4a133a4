import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { Market } from "../../protocol/wire/market.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { ROOT } from "../../scripts/start/paths.ts";
import { runCommand } from "../end-to-end/run-command.ts";
import { sharedExchange } from "../end-to-end/shared-exchange.ts";
import { funded, openMarket, type Trader } from "../end-to-end/trader.ts";

const START_TIMEOUT_MS = 120_000;
const SNIPPET_TIMEOUT_MS = 60_000;
const PAGE = readFileSync(join(ROOT, "sdk", "README.md"), "utf8");
const SNIPPETS = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);

/** What each prints when it does what its text says. */
const PRINTS = [
  /^2500 lots at 140 in 0x[0-9a-f]{64}$/m,
  /^\d+$/m,
  /0\.14 (matched|submitted|settled)$/m,
  /^Deposit, or cancel an order/m,
  /^somebody bids 120 ticks$/m,
];

describe("sdk/README.md", () => {
  let exchange: RunningExchange;
  let market: Market;
  let maker: Trader;
  let folder: string;

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
    market = await openMarket(exchange);
    maker = await funded(exchange);
    // What the page's first order meets, and a bid for its live book.
    const { client } = maker;
    const buy = { market, side: "BUY" } as const;
    await client.placeOrder({ ...buy, outcome: "NO", price: "0.86", quantity: "25" });
    await client.placeOrder({ ...buy, outcome: "YES", price: "0.12", quantity: "10" });
    mkdirSync(join(ROOT, "cache"), { recursive: true });
    folder = mkdtempSync(join(ROOT, "cache", "readme-"));
  });

  after(() => {
    maker?.client.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("has as many snippets as are run here", () => {
    assert.equal(SNIPPETS.length, PRINTS.length);
  });

  for (const [i, prints] of PRINTS.entries()) {
    it(`shows a snippet that runs, number ${i + 1}`, async function run() {
      this.timeout(SNIPPET_TIMEOUT_MS);
      const code = (SNIPPETS[i] ?? "")
        .replaceAll('"@agon/sdk"', JSON.stringify(join(ROOT, "sdk", "index.ts")))
        .replaceAll("http://127.0.0.1:8080", exchange.apiUrl)
        .replaceAll("eth-75-up", market.slug);
      const path = join(folder, `snippet-${i}.ts`);
      writeFileSync(path, code);
      const command = runCommand(`exec node ${path}`, {});
      await command.succeeds();
      assert.match(command.output(), prints);
    });
  }
});
