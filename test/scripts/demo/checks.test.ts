import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { type Checks, createChecks } from "../../../scripts/demo/checks.ts";
import { createTranscript } from "../../../scripts/demo/transcript.ts";

describe("the demo's checks", () => {
  let lines: string[];
  let checks: Checks;

  beforeEach(() => {
    lines = [];
    checks = createChecks(createTranscript((line) => lines.push(line)));
  });

  for (const [party, figures] of [
    ["the chain", { chain: 6n, sql: "5", api: 5 }],
    ["SQL", { chain: 5n, sql: "6", api: 5 }],
    ["the API", { chain: 5n, sql: "5", api: 6 }],
  ] as const) {
    it(`names all figures when ${party} differs`, () => {
      checks.compare("Bob's cash", { expected: 5n, ...figures });
      assert.equal(checks.mismatches.length, 1);
      const sentence = checks.mismatches[0] ?? "";
      for (const told of [`chain ${figures.chain}`, `SQL ${figures.sql}`, `API ${figures.api}`]) {
        assert.ok(sentence.includes(told), sentence);
      }
      assert.ok(sentence.includes("expected 5"), sentence);
    });
  }

  it("does not agree when nobody tells a figure", () => {
    checks.compare("Bob's cash", { expected: 5n });
    assert.equal(checks.mismatches.length, 1);
  });

  it("does not agree when all tell the same and the story another", () => {
    checks.compare("Bob's cash", { expected: 5n, chain: 6n, sql: "6", api: 6 });
    assert.equal(checks.mismatches.length, 1);
  });

  it("agrees on one figure in whatever type", () => {
    checks.compare("Bob's cash", { expected: 5n, chain: 5n, sql: "5", api: 5 });
    assert.deepEqual(checks.mismatches, []);
    assert.equal(checks.count, 1);
    assert.ok(lines[0]?.includes("chain = SQL = API = 5"));
  });
});
