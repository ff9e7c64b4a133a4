import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { simulate } from "./simulation.ts";

const SEEDS = 200;

describe("simulation", function () {
  this.timeout(240_000);

  it("says the same about the same seed, line by line", async () => {
    const [first, second] = [await simulate({ seed: 7 }), await simulate({ seed: 7 })];
    assert.deepEqual(first.trace.tail(), second.trace.tail());
    assert.equal(first.trace.digest(), second.trace.digest());
  });

  it("says something else about another seed", async () => {
    const [first, second] = [await simulate({ seed: 7 }), await simulate({ seed: 8 })];
    assert.notEqual(first.trace.digest(), second.trace.digest());
  });

  it(`breaks no promise in ${SEEDS} seeds of faults`, async () => {
    let fills = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await simulate({ seed });
      if (outcome.violation) {
        outcome.violation.message = `seed ${seed}: ${outcome.violation.message}`;
        throw outcome.violation;
      }
      fills += outcome.fills;
    }
    assert.ok(fills > 10 * SEEDS, `only ${fills} fills`);
  });
});
