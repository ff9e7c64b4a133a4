/**
 * `npm run fuzz:api [-- --cases 20000 --seed N]`: hostile requests to every route and hostile frames to `/ws` of a
 * whole exchange, started for it on free ports. Fails on a 5xx, a refusal without a listed code, another account's
 * data in a reply, memory that grows, an exchange that trades or adds up no more. The last line is JSON.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runHostile } from "../test/api/hostile/run-hostile.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "20000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
  },
});
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const outcome = await runHostile({
  seed,
  cases: Number(values.cases),
  onProgress: (line) => console.log(line),
});
const { failures: _, ...figures } = outcome;
console.log(JSON.stringify(figures));
process.exit(figures.failures_total > 0 ? 1 : 0);
