import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExchangeAddresses, startExchange } from "../start/exchange.ts";
import { optionsFromEnvironment } from "../start/options.ts";
import { DATA_DIR } from "../start/paths.ts";
import { terminalProgress } from "../start/progress.ts";

/** An exchange to tell the story on, and the way to leave it as it was found. */
export interface FoundExchange extends ExchangeAddresses {
  leave(): Promise<void>;
}

const DEFAULT_API_URL = "http://127.0.0.1:8080";

/** Where AGON_URL points, else the running devnet, else one that is started for the story alone. */
export async function findExchange(): Promise<FoundExchange> {
  const apiUrl = process.env["AGON_URL"] ?? DEFAULT_API_URL;
  if (await answers(apiUrl)) return { ...runningAddresses(apiUrl), leave: async () => {} };
  if (process.env["AGON_URL"] !== undefined) {
    throw new Error(`Nothing answers at AGON_URL=${apiUrl}: start it, or unset AGON_URL.`);
  }
  console.log("No exchange is running: one is started for the story, and stopped after it.");
  const { stop, ...addresses } = await startExchange(optionsFromEnvironment(terminalProgress));
  return { ...addresses, leave: stop };
}

async function answers(apiUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL("/health", apiUrl), {
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** `npm start` wrote down where everything is. */
function runningAddresses(apiUrl: string): ExchangeAddresses {
  const path = join(DATA_DIR, "exchange.json");
  let addresses: ExchangeAddresses;
  try {
    addresses = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const sentence = `${apiUrl} answers, but ${path} does not say where its chain and database are: start it with npm start from this folder.`;
    throw new Error(sentence, { cause });
  }
  if (new URL(addresses.apiUrl).host === new URL(apiUrl).host) return addresses;
  throw new Error(
    `${path} is about ${addresses.apiUrl}, not ${apiUrl}: set AGON_DATA_DIR to its folder.`,
  );
}
