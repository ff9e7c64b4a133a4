/**
 * `npm run test:fuzz [-- --profile deep] [--seed 0x…] [--batches 10000]`: the Solidity tests under
 * test/contracts/solidity, then so many random batches against the reference model of settlement.
 * Prints the seed, with which the same run can be had again; the last line is JSON. `--profile default
 * --batches 0` is the quick look that `npm test` takes.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    profile: { type: "string", default: "deep" },
    seed: { type: "string", default: `0x${randomBytes(32).toString("hex")}` },
    batches: { type: "string", default: "10000" },
  },
});
if (!/^0x[0-9a-f]{64}$/i.test(values.seed)) {
  console.error("A seed is 0x and 64 hexadecimal digits.");
  process.exit(1);
}

/** What came of one Solidity test contract. */
interface SuiteFigures {
  passed: number;
  failed: number;
  /** Random arguments tried, over all its tests. */
  fuzzRuns: number;
  /** Calls of random sequences, over all its invariants. */
  invariantCalls: number;
}

/** What a test's result says that is counted here. */
interface TestResult {
  status: string;
  kind: { runs?: bigint; calls?: bigint };
}

/** Runs the Solidity tests; their figures by contract. */
async function solidityTests(): Promise<Record<string, SuiteFigures>> {
  // The configuration reads the seed when it is loaded.
  process.env["FUZZ_SEED"] = values.seed;
  const { default: hre } = await import("hardhat");
  const result = await hre.tasks.getTask(["test", "solidity"]).run({ testProfile: values.profile });
  const { suiteResults } = result.success ? result.value : result.error;
  const figures: Record<string, SuiteFigures> = {};
  for (const suite of suiteResults as { id: { name: string }; testResults: TestResult[] }[]) {
    const sum = { passed: 0, failed: 0, fuzzRuns: 0, invariantCalls: 0 };
    for (const { status, kind } of suite.testResults) {
      sum[status === "Success" ? "passed" : "failed"]++;
      if (kind.calls !== undefined) sum.invariantCalls += Number(kind.calls);
      else sum.fuzzRuns += Number(kind.runs ?? 0);
    }
    figures[suite.id.name] = sum;
  }
  return figures;
}

/** Whether so many random batches settle as the reference model says. */
function referenceBatches(batches: number): boolean {
  const test = join(import.meta.dirname, "test.ts");
  const env = {
    ...process.env,
    RANDOM_BATCHES: String(batches),
    // The batches' generator takes 32 bits.
    SEED: String(Number.parseInt(values.seed.slice(-8), 16)),
  };
  const args = [test, "test/contracts/reference"];
  return spawnSync(process.execPath, args, { env, stdio: "inherit" }).status === 0;
}

console.log(`Profile ${values.profile}, seed ${values.seed}`);
const started = Date.now();
const suites = await solidityTests();
const batches = Number(values.batches);
const batchesHold = batches === 0 || referenceBatches(batches);
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  JSON.stringify({ profile: values.profile, seed: values.seed, seconds, batches, suites }),
);
const all = Object.values(suites);
const solidityHolds = all.length > 0 && all.every(({ failed }) => failed === 0);
process.exit(solidityHolds && batchesHold ? 0 : 1);
