import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import type { Market } from "../../protocol/wire/market.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { ROOT } from "../../scripts/start/paths.ts";
import { type AgonClient, connect } from "../../sdk/index.ts";
import { type Command, runCommand } from "./run-command.ts";
import { sharedExchange } from "./shared-exchange.ts";
import { openMarket } from "./trader.ts";

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const START_TIMEOUT_MS = 120_000;
const RUN_TIMEOUT_MS = 120_000;

describe("the examples", () => {
  let exchange: RunningExchange;
  let market: Market;
  let client: AgonClient;
  const commands: Command[] = [];

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
    client = await connect(exchange.apiUrl);
  });

  beforeEach(async () => {
    market = await openMarket(exchange);
  });

  after(async () => {
    client?.close();
    for (const command of commands) await command.stop();
  });

  /** What the npm script of an example does, against the exchange at hand; npm itself fails at Ctrl-C. */
  function run(name: string, options: string): Command {
    const env = { AGON_URL: exchange.apiUrl, DATABASE_URL: exchange.readerUrl };
    const command = runCommand(`exec ${scripts[`example:${name}`]} ${options}`, env);
    commands.push(command);
    return command;
  }

  function summaryOf(command: Command): Record<string, unknown> {
    return JSON.parse(command.output().trim().split("\n").at(-1) ?? "");
  }

  it("say what is wrong with their options", async () => {
    const command = run("maker", "--shares 0");
    assert.notEqual(await command.ended, 0);
    assert.match(command.output(), /sizeLots is no positive whole number/);
  });

  it("meet: the maker quotes, the taker takes, the reader reads it; the maker leaves nothing behind", async function meet() {
    this.timeout(RUN_TIMEOUT_MS);
    const { slug } = market;
    const maker = run("maker", `--market ${slug} --shares 4 --max-inventory 20`);
    await maker.prints("fair 0.5000", RUN_TIMEOUT_MS);
    const taker = run("taker", `--market ${slug} --fair 0.9 --edge 0.3 --shares 4 --budget 3`);
    await taker.succeeds();
    const { boughtLots, spentMicro, transactions } = summaryOf(taker);
    assert.ok(Number(boughtLots) >= 400, `${boughtLots} lots`);
    assert.ok(BigInt(String(spentMicro)) <= 3_000_000n);

    const reader = run("reader", "");
    const [transaction] = transactions as string[];
    await reader.prints(String(transaction), RUN_TIMEOUT_MS);
    reader.interrupt();
    await reader.succeeds();
    assert.ok(Number(summaryOf(reader)["trades"]) >= 1);

    maker.interrupt();
    await maker.succeeds();
    const made = summaryOf(maker);
    assert.ok(Number(made["fills"]) >= 1);
    assert.equal(Number(made["noLots"]) - Number(made["yesLots"]), boughtLots);
    const { bids, asks } = await client.getBook(slug);
    assert.deepEqual([bids, asks], [[], []]);
  });

  it("end by themselves when told for how long they may run", async function bounded() {
    this.timeout(RUN_TIMEOUT_MS);
    const bots = [
      run("maker", `--market ${market.slug} --seconds 3`),
      run("taker", `--market ${market.slug} --fair 0.1 --edge 0.05 --seconds 3`),
      run("reader", "--seconds 3"),
    ];
    for (const bot of bots) await bot.succeeds();
  });

  it("have the exchange cancel the quotes of a maker that dies", async function dead() {
    this.timeout(RUN_TIMEOUT_MS);
    const book = client.openBook(market.slug);
    await book.ready();
    const maker = run("maker", `--market ${market.slug}`);
    await book.waitFor(({ bids, asks }) => bids.length > 0 && asks.length > 0, RUN_TIMEOUT_MS);
    await maker.kill();
    await book.waitFor(({ bids, asks }) => bids.length + asks.length === 0, 60_000);
  });
});
