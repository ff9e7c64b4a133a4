import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { runSeeds } from "./run-seeds.ts";
import { simulate } from "./simulation.ts";

const SEEDS = 200;

describe("simulation", function () {
  this.timeout(900_000);

  it("says the same about the same seed, line by line", async () => {
    const [first, second] = [await simulate({ seed: 7 }), await simulate({ seed: 7 })];
    assert.deepEqual(first, second);
  });

  it("says something else about another seed", async () => {
    const [first, second] = [await simulate({ seed: 7 }), await simulate({ seed: 8 })];
    assert.notEqual(first.digest, second.digest);
  });

  it(`breaks no promise in ${SEEDS} seeds of faults`, async () => {
    const seen = { fills: 0, starts: 0, seeds: 0 };
    const broken: string[] = [];
    await runSeeds({
      from: 1,
      seeds: SEEDS,
      threads: 2,
      onOutcome({ seed, violation, fills, starts }) {
        if (violation !== null) broken.push(`seed ${seed}: ${violation}`);
        seen.fills += fills;
        seen.starts += starts;
        seen.seeds++;
        return broken.length === 0;
      },
    });
    assert.deepEqual(broken, []);
    assert.equal(seen.seeds, SEEDS);
    assert.ok(seen.fills > 10 * SEEDS && seen.starts > 2 * SEEDS, JSON.stringify(seen));
  });
});
