/**
 * `npm run demo`: the whole exchange as a story, against the one that runs or one of its own. Exits 0
 * only when every figure is the same by the story, on chain, in SQL and from the API.
 */
import { findExchange } from "./demo/find-exchange.ts";
import { tellStory } from "./demo/story.ts";
import { createTranscript } from "./demo/transcript.ts";
import { DEV_ACCOUNTS } from "./start/dev-accounts.ts";

async function main(): Promise<number> {
  const exchange = await findExchange();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void exchange.leave().finally(() => process.exit(130)));
  }
  const { deployment, apiUrl } = exchange;
  try {
    console.log(`Agon at ${apiUrl}, chain ${deployment.chainId}, exchange ${deployment.exchange}`);
    const end = await tellStory({
      ...exchange,
      transcript: createTranscript((line) => console.log(line)),
      adminKey: DEV_ACCOUNTS.admin.privateKey,
    });
    console.log("");
    if (end.mismatches.length === 0) {
      console.log(`All ${end.compared} figures agree.`);
      return 0;
    }
    console.log(`${end.mismatches.length} of ${end.compared} figures do not agree:`);
    for (const mismatch of end.mismatches) console.log(`  ${mismatch}`);
    return 1;
  } finally {
    await exchange.leave();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\nThe story broke off: ${error instanceof Error ? error.message : error}`);
  if (error instanceof Error && error.cause) console.error(error.cause);
  process.exitCode = 1;
}
