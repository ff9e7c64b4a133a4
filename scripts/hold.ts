/**
 * `npm run hold -- cancel_only|post_only|open [--market slug] [--api URL]`: holds the exchange, or one market, in a
 * phase until the next hold, over restarts; `open` lets go. ADMIN_PRIVATE_KEY in the environment signs in: a key of
 * one of the server's ADMIN_ADDRESSES.
 */
import { parseArgs } from "node:util";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { env, loadConfig } from "../platform/config.ts";
import { runMain } from "../platform/run-main.ts";
import { StartError } from "../platform/start-error.ts";
import { type HoldReply, holdRequestSchema } from "../protocol/wire/hold.ts";
import { connect, isAgonError } from "../sdk/index.ts";

/** @throws AgonError */
export async function hold(options: {
  apiUrl: string;
  privateKey: `0x${string}`;
  phase: HoldReply["phase"];
  market: string | undefined;
}): Promise<HoldReply> {
  const { apiUrl, privateKey, phase, market } = options;
  const client = await connect(apiUrl, { signer: privateKeyToAccount(privateKey) });
  try {
    await client.signIn();
    return await client.holdTrading({ phase, ...(market === undefined ? {} : { market }) });
  } finally {
    client.close();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      market: { type: "string" },
      api: { type: "string", default: "http://127.0.0.1:8080" },
    },
  });
  const asked = holdRequestSchema.safeParse({ phase: positionals[0], market: values.market });
  if (!asked.success || positionals.length !== 1) {
    throw new StartError(
      "config_invalid",
      "Say one phase, cancel_only, post_only or open, and --market with a slug for one market alone.",
    );
  }
  const { ADMIN_PRIVATE_KEY } = loadConfig(z.object({ ADMIN_PRIVATE_KEY: env.privateKey }));
  const { phase, market } = asked.data;
  try {
    const held = await hold({ apiUrl: values.api, privateKey: ADMIN_PRIVATE_KEY, phase, market });
    console.log(`${held.market ?? "The exchange"} is held in ${held.phase}.`);
  } catch (error) {
    if (!isAgonError(error)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await runMain(main);
