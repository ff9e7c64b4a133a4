/**
 * `npm run sim -- --seeds N --from K`: runs the simulation from seed K on, and ends at the first that breaks a promise,
 * with the end of its trace; `--all` goes on, `--trace` prints every line as it comes. The last line is JSON.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runSeeds } from "../test/simulation/run-seeds.ts";
import { type Outcome, simulate } from "../test/simulation/simulation.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    threads: { type: "string", default: String(availableParallelism()) },
    all: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
const threads = Math.min(seeds, Number(values.threads));
const started = performance.now();
const totals = { seeds: 0, acknowledged: 0, fills: 0, blocks: 0, starts: 0, gaps: 0 };
const failed: number[] = [];

/** False when that was enough. */
function take(outcome: Outcome): boolean {
  const { seed, violation, stack, tail } = outcome;
  totals.seeds++;
  for (const name of ["acknowledged", "fills", "blocks", "starts", "gaps"] as const) {
    totals[name] += outcome[name];
  }
  if (violation === null) return true;
  failed.push(seed);
  if (!values.trace && !values.all) for (const line of tail) console.log(line);
  console.log(`seed ${seed}: ${values.all ? violation : stack}`);
  return values.all;
}

if (values.trace) {
  for (let seed = from; seed < from + seeds; seed++) {
    if (!take(await simulate({ seed, onLine: (line) => console.log(line) }))) break;
  }
} else {
  await runSeeds({ from, seeds, threads, onOutcome: take });
}
const seconds = Math.round(performance.now() - started) / 1_000;
console.log(JSON.stringify({ from, ...totals, failed, seconds }));
process.exit(failed.length > 0 ? 1 : 0);
