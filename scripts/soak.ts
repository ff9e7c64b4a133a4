/**
 * `npm run soak [-- --seconds 120 --clients 50 --rate 200]`: the real api and engine under random trading,
 * with SDK clients whose lines are cut and lag. Every state of every client's books is held against the
 * engine's at the same `seq`. Fails when one differs, a book is crossed, a client stays behind, or memory grows by
 * a fifth in the second half of the time: give it two minutes, in which all logs are full by then. The last line is JSON.
 */
import { parseArgs } from "node:util";
import { runSoak } from "./soak/soak.ts";

const GROWTH_MAX = 1.2;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    clients: { type: "string", default: "50" },
    rate: { type: "string", default: "200" },
  },
});
const report = await runSoak({
  seconds: Number(values.seconds),
  clients: Number(values.clients),
  commandsPerSecond: Number(values.rate),
  faults: { cutEveryMs: 5_000, lagEveryMs: 3_000, lagMs: 500 },
});
for (const [name, figure] of Object.entries(report)) {
  console.log(`${name.padEnd(14)} ${Math.round(figure * 10) / 10}`);
}
console.log(JSON.stringify(report));
const { different, crossed, stragglers } = report;
const isGrowing = report.heapMiBLate > report.heapMiBEarly * GROWTH_MAX;
process.exitCode = different + crossed + stragglers > 0 || isGrowing ? 1 : 0;
