import type { Hex } from "viem";
import { fund, welcomeAdmin, welcomeStrangers } from "./chapters/arrive-and-fund.ts";
import { checkHoldings } from "./chapters/check-holdings.ts";
import { checkConservation } from "./chapters/conservation.ts";
import { exportSomeShares } from "./chapters/export-shares.ts";
import { checkLeague } from "./chapters/league.ts";
import { openMarket } from "./chapters/open-market.ts";
import { closeAndResolve } from "./chapters/resolve-market.ts";
import { awaitSettlement, checkTrades } from "./chapters/settle.ts";
import { redeemAndWithdraw } from "./chapters/take-out.ts";
import { trade } from "./chapters/trade.ts";
import { ExpectedLedger } from "./expected-ledger.ts";
import { type Scene, type Stage, setStage } from "./stage.ts";
import type { Transcript } from "./transcript.ts";

export interface StoryOptions extends Scene {
  transcript: Transcript;
  /** Creates markets and owns the dev price feeds. */
  adminKey: Hex;
  /** How long the market of the story is open; 35 s by default. */
  closesAfterSeconds?: number;
  /** Called after each match, with how many there have been: for tests that break something. */
  onMatch?: (count: number) => Promise<void>;
}

/** How the story ended: every figure that was compared, and those that did not agree. */
export interface StoryEnd {
  compared: number;
  mismatches: readonly string[];
}

const CLOSES_AFTER_SECONDS = 35;
const TAKER_FEE_BPS = 20;

/**
 * Two strangers sign in, fund, trade in all four ways, settle, export, win, redeem and withdraw; and
 * every figure is compared with the chain, SQL and the API. @throws when a step cannot be done
 */
export async function tellStory(options: StoryOptions): Promise<StoryEnd> {
  const stage = setStage(options, options.transcript);
  const closers: (() => void)[] = [];
  try {
    await play(stage, options, closers);
    return { compared: stage.checks.count, mismatches: stage.checks.mismatches };
  } finally {
    for (const close of closers) close();
    await stage.index.stop();
  }
}

async function play(stage: Stage, options: StoryOptions, closers: (() => void)[]): Promise<void> {
  const { transcript } = stage;
  const { alice, bob } = await welcomeStrangers(stage);
  closers.push(alice.client.close, bob.client.close);
  if (alice.client.exchange.settlement === "simulated") {
    throw new Error(
      "This exchange simulates settlement, and the story is one of settled fills: start one with an operator key.",
    );
  }
  const admin = await welcomeAdmin(stage, options.adminKey);
  closers.push(admin.close);
  const ledger = new ExpectedLedger(TAKER_FEE_BPS);

  transcript.chapter("Money goes into escrow");
  await fund(stage, alice, ledger);
  await fund(stage, bob, ledger);
  const closesAfterSeconds = options.closesAfterSeconds ?? CLOSES_AFTER_SECONDS;
  const market = await openMarket(stage, admin, { closesAfterSeconds, takerFeeBps: TAKER_FEE_BPS });
  const cast = { alice, bob, admin, market, ledger };
  await checkHoldings(stage, cast);

  await trade(stage, cast, options.onMatch ?? (async () => {}));
  const fills = await awaitSettlement(stage, cast);
  await checkTrades(stage, cast, fills);
  transcript.chapter("Holdings after the trades");
  await checkHoldings(stage, cast);

  await exportSomeShares(stage, cast);
  const payoutYes = await closeAndResolve(stage, cast, options.adminKey);
  await redeemAndWithdraw(stage, cast, payoutYes);
  await checkLeague(stage, cast);
  await checkConservation(stage);
}
