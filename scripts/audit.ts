/**
 * `npm run audit -- --rpc URL (--api URL | --file journal.jsonl) [--exchange 0x…] [--from-block N]
 * [--max-unsettled-seconds N]`: takes the published journal and the chain alone, and says whether every
 * anchor holds, every settled fill is the journal's, and each took the best price and the oldest order.
 * A line for each check; exits 0 when all of them hold, else 1.
 */
import { parseArgs } from "node:util";
import { type Address, isAddress } from "viem";
import { readJournalApi, readJournalFile } from "./audit/journal-source.ts";
import { runAudit } from "./audit/run-audit.ts";

const { values } = parseArgs({
  options: {
    api: { type: "string" },
    file: { type: "string" },
    rpc: { type: "string" },
    exchange: { type: "string" },
    "from-block": { type: "string" },
    "max-unsettled-seconds": { type: "string" },
  },
});

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** A whole number of the command line; nothing when it is not there. */
function wholeNumber(name: "from-block" | "max-unsettled-seconds"): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`--${name} must be a whole number.`);
}

const { api, file, rpc, exchange } = values;
if (rpc === undefined) refuse("--rpc must name the chain's JSON-RPC.");
if ((api === undefined) === (file === undefined)) refuse("One of --api and --file is needed.");
if (exchange !== undefined && !isAddress(exchange, { strict: false })) {
  refuse("--exchange must be an address.");
}
const fromBlock = wholeNumber("from-block");
const maxUnsettledSeconds = wholeNumber("max-unsettled-seconds");

try {
  const source =
    api !== undefined ? await readJournalApi(api) : await readJournalFile(file as string);
  const checks = await runAudit({
    source,
    rpcUrl: rpc,
    ...(exchange === undefined ? {} : { exchange: exchange as Address }),
    ...(fromBlock === undefined ? {} : { fromBlock }),
    ...(maxUnsettledSeconds === undefined ? {} : { maxUnsettledSeconds }),
  });
  for (const check of checks) console.log(String(check));
  process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
} catch (error) {
  refuse(`The audit cannot begin: ${(error as Error).message}`);
}
