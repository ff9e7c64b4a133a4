import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { before, describe, it } from "mocha";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDER = "test/contracts/solidity";

/** Runs the Solidity tests' quick profile in a process of its own; what it printed. */
async function runQuickProfile(): Promise<string> {
  const args = ["scripts/test-fuzz.ts", "--profile", "default", "--batches", "0"];
  const seed = process.env["FUZZ_SEED"];
  const child = spawn(process.execPath, seed ? [...args, "--seed", seed] : args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return `${output}${errors}`;
}

describe("the Solidity fuzz and invariant tests", function () {
  // Compiling comes first.
  this.timeout(300_000);
  const tests = globSync(`${FOLDER}/**/*Test.sol`, { cwd: ROOT, exclude: [`${FOLDER}/support/**`] })
    .map((path) => basename(path, ".sol"))
    .sort();
  let printed = "";
  let suites: Record<string, { passed: number; failed: number }> = {};

  before(async () => {
    printed = await runQuickProfile();
    const json = printed.split("\n").find((line) => line.startsWith('{"profile"'));
    assert.ok(json, printed);
    suites = JSON.parse(json).suites;
  });

  for (const name of tests) {
    it(`hold: ${name}`, () => {
      const figures = suites[name];
      assert.ok(figures && figures.passed > 0 && figures.failed === 0, printed);
    });
  }
});
