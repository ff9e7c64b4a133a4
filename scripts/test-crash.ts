/**
 * `npm run test:crash [-- --rounds N --seed S --traders T --mode M]`: the exchange as docker-compose.yml
 * composes it (`--mode standby`: with a second engine; `--mode one`: engine and api in one process, as
 * `npm start` runs them; `--mode cluster`: with two apis, on a chain that loses blocks), under load, killed at random
 * moments, N times; after each time it is held to all that it promised. A line a round; the last line is JSON. Exits 1
 * at the first broken promise, with the seed.
 */
import { parseArgs } from "node:util";
import { type CrashRounds, type RoundReport, startCrashRounds } from "./crash/crash-rounds.ts";
import { CRASH_MODES } from "./crash/exchange-under-crash.ts";
import { Violation } from "./crash/violation.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    traders: { type: "string", default: "6" },
    mode: { type: "string", default: "compose" },
  },
});
const [rounds, seed, traders] = [values.rounds, values.seed, values.traders].map(Number) as [
  number,
  number,
  number,
];
if (![rounds, seed, traders].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error("Rounds, seed and traders are whole numbers above 0.");
  process.exit(1);
}

const mode = CRASH_MODES.find((known) => known === values.mode);
if (mode === undefined) {
  console.error(`The mode is one of ${CRASH_MODES.join(", ")}.`);
  process.exit(1);
}

function describe(report: RoundReport): string {
  const faults = report.planned.map(({ name, afterMs }) => `${name}@${afterMs}ms`).join(" ");
  const { round, orders, acknowledged, unknown, fills, seq, healedMs, tookMs } = report;
  return (
    `round ${round} of seed ${seed}: ${faults}; ${orders} orders, ${acknowledged} acknowledged, ` +
    `${unknown} at first unknown, ${fills} fills, journal ${seq}; healed in ${healedMs} ms; ` +
    `all holds (${tookMs} ms)`
  );
}

/** Database and Redis are processes that would outlive this one. */
async function interrupt(): Promise<never> {
  isInterrupted = true;
  await started?.stop({ keepFolder: false }).catch(() => {});
  process.exit(130);
}

const startedMs = Date.now();
/** The round under way then ends in errors, which tell nothing. */
let isInterrupted = false;
let started: CrashRounds | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
const exchange = await startCrashRounds({ seed, traders, mode });
started = exchange;
let violation: string | null = null;
let done = 0;
try {
  for (; done < rounds; done++) console.log(describe(await exchange.run(done + 1)));
  await exchange.checkAll();
} catch (error) {
  if (isInterrupted) await new Promise<never>(() => {});
  violation = error instanceof Violation ? error.message : String((error as Error).stack ?? error);
  console.error(`round ${done + 1} of seed ${seed}: ${violation}`);
  console.error(`Logs are in ${exchange.folder}; again: npm run test:crash -- --seed ${seed}`);
}
const figures = exchange.figures();
await exchange.stop({ keepFolder: violation !== null });
const seconds = Math.round((Date.now() - startedMs) / 1_000);
console.log(
  JSON.stringify({ ok: violation === null, mode, seed, rounds: done, seconds, ...figures }),
);
process.exit(violation === null ? 0 : 1);
