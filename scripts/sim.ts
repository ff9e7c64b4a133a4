/**
 * `npm run sim -- --seeds N --from K`: runs the simulation from seed K on, and ends at the first that breaks a promise,
 * with the end of its trace; `--all` goes on, `--trace` prints every line as it comes. The last line is JSON.
 */
import { parseArgs } from "node:util";
import { type Outcome, simulate } from "../test/simulation/simulation.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    all: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
const started = performance.now();
const totals = { acknowledged: 0, fills: 0, blocks: 0, starts: 0, gaps: 0 };
const failed: number[] = [];

function report({ seed, violation, trace }: Outcome): void {
  if (!values.trace && !values.all) for (const line of trace.tail()) console.log(line);
  console.log(`seed ${seed}: ${values.all ? violation?.message : violation?.stack}`);
  failed.push(seed);
}

const onLine = values.trace ? (line: string) => console.log(line) : undefined;
for (let seed = from; seed < from + seeds; seed++) {
  const outcome = await simulate({ seed, onLine });
  for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += outcome[name];
  if (outcome.violation === null) continue;
  report(outcome);
  if (!values.all) break;
}
const seconds = Math.round(performance.now() - started) / 1_000;
const cpuSeconds = process.cpuUsage().user / 1_000_000;
console.log(JSON.stringify({ seeds, from, failed, seconds, cpuSeconds, ...totals }));
process.exit(failed.length > 0 ? 1 : 0);
