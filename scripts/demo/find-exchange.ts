import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../sdk/index.ts";
import { startExchange } from "../start/exchange.ts";
import { optionsFromEnvironment } from "../start/options.ts";
import { DATA_DIR } from "../start/paths.ts";
import { terminalProgress } from "../start/progress.ts";
import type { Scene } from "./stage.ts";

/** An exchange to tell the story on, and the way to leave it as it was found. */
export interface FoundExchange extends Scene {
  leave(): Promise<void>;
}

const HEALTH_TIMEOUT_MS = 5_000;

/**
 * The exchange at AGON_URL, else the one that `npm start` brought up here, else one that is started
 * for the story alone. @throws Error with one sentence
 */
export async function findExchange(): Promise<FoundExchange> {
  const wanted = process.env["AGON_URL"];
  const written = writtenScene();
  const apiUrl = wanted ?? written?.apiUrl;
  if (apiUrl !== undefined && (await answers(apiUrl))) {
    const isWritten = written !== null && isSameHost(written.apiUrl, apiUrl);
    const scene = isWritten ? written : await sceneFromEnvironment(apiUrl);
    return { ...scene, leave: async () => {} };
  }
  if (wanted !== undefined) {
    throw new Error(`Nothing answers at AGON_URL=${wanted}: start it, or unset AGON_URL.`);
  }
  console.log("No exchange is running: one is started for the story, and stopped after it.");
  const { stop, ...scene } = await startExchange(optionsFromEnvironment(terminalProgress));
  return { ...scene, leave: stop };
}

async function answers(apiUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    return (await fetch(new URL("/health", apiUrl), { signal })).ok;
  } catch {
    return false;
  }
}

function isSameHost(one: string, other: string): boolean {
  return new URL(one).host === new URL(other).host;
}

/** What a start in this folder wrote down; it may have ended since. */
function writtenScene(): Scene | null {
  try {
    return JSON.parse(readFileSync(join(DATA_DIR, "exchange.json"), "utf8"));
  } catch {
    return null;
  }
}

/** An exchange of other making tells its contracts by itself; its database only we are told. */
async function sceneFromEnvironment(apiUrl: string): Promise<Scene> {
  const { exchange } = await connect(apiUrl);
  const rpcUrl = process.env["RPC_URL"] ?? exchange.rpcUrl;
  const readerUrl = process.env["DATABASE_URL"];
  if (!rpcUrl || !readerUrl) {
    throw new Error(
      `${apiUrl} was not started here: set DATABASE_URL to its database and RPC_URL to its chain, so that its figures can be checked.`,
    );
  }
  const { contracts, chainId } = exchange;
  const deployment = {
    chainId,
    exchange: contracts.exchange.address,
    collateral: contracts.collateral.address,
    outcomeTokens: contracts.outcomeTokens.address,
    priceFeeds: contracts.priceFeeds,
  };
  return { apiUrl, rpcUrl, readerUrl, deployment };
}
