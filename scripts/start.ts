/** `npm start`: the whole exchange on this machine, until Ctrl-C. */
import { StartError } from "../platform/start-error.ts";
import { type RunningExchange, startExchange } from "./start/exchange.ts";
import { optionsFromEnvironment } from "./start/options.ts";
import { terminalProgress } from "./start/progress.ts";
import { seedMarkets } from "./start/seed-markets.ts";
import { exchangeTable } from "./start/table.ts";

let exchange: RunningExchange | null = null;
let stopping = false;

async function leave(sentence: string, exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log(`\n${sentence}`);
  await exchange?.stop();
  process.exit(exitCode);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping || exchange === null) process.exit(130);
    void leave("Stopping.", 0);
  });
}
// A parent that started this as a child and died takes the exchange with it.
process.once("disconnect", () => void leave("Stopping: the parent process is gone.", 0));

try {
  const options = optionsFromEnvironment(terminalProgress);
  const running = await startExchange(options);
  exchange = running;
  void running.failed.then((sentence) => leave(sentence, 1));
  const firstTrade = await options.progress.step("Seeding markets, and a first trade", () =>
    seedMarkets(running),
  );
  console.log(`\n${exchangeTable(running, firstTrade)}\n\nCtrl-C stops everything.`);
  process.send?.({ ready: true });
} catch (error) {
  const known = error instanceof StartError || (error instanceof Error && !process.env["DEBUG"]);
  await leave(known ? (error as Error).message : String((error as Error).stack ?? error), 1);
}
