import { createLog } from "./log.ts";
import { StartError } from "./start-error.ts";

/** Runs a process's `main`. What keeps it from starting is told, in one sentence or in a line of the log, and ends it with 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (error instanceof StartError) console.error(error.message);
    // What nobody foresaw may quote a URL with a password: the log tells it without.
    else {
      const log = createLog({ service: "start", destination: process.stderr });
      log.fatal({ err: error }, "bug: the process did not start");
    }
    process.exit(1);
  }
}
