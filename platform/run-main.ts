import { StartError } from "./start-error.ts";

/** Runs a process's `main`. What keeps it from starting is told, in one sentence where it can be, and ends it with 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}
