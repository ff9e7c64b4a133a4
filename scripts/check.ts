/** `npm run check [-- --fix]`: every static check, each in one line, all of them even if one fails. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./start/paths.ts";

const fix = process.argv.includes("--fix");
const bin = (name: string) => join(ROOT, "node_modules", ".bin", name);
const areas = [
  "protocol",
  "platform",
  "offchain-engine",
  "indexer",
  "api",
  "sdk",
  "examples",
  "scripts",
  "test",
];

const checks: [what: string, command: string, args: string[]][] = [
  ["TypeScript style (Biome)", "biome", fix ? ["check", "--write"] : ["check"]],
  [
    "Solidity format (prettier)",
    "prettier",
    [fix ? "--write" : "--check", "--log-level", "warn", "{contracts,test}/**/*.sol"],
  ],
  ["Solidity lint (solhint)", "solhint", ["--max-warnings", "0", "{contracts,test}/**/*.sol"]],
  ["types (tsc)", "tsc", ["-p", "tsconfig.json"]],
  [
    "import law (dependency-cruiser)",
    "depcruise",
    ["--config", ".dependency-cruiser.cjs", ...areas],
  ],
  ["unused code and packages (knip)", "knip", []],
];

let failed = 0;
for (const [what, command, args] of checks) {
  const started = Date.now();
  const result = spawnSync(bin(command), args, { cwd: ROOT, encoding: "utf8" });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const ok = result.status === 0;
  console.log(`${ok ? "✓" : "✗"} ${what} (${seconds} s)`);
  if (ok) continue;
  failed++;
  console.log(`${result.stdout}${result.stderr}`);
}
console.log(failed === 0 ? "All checks pass." : `${failed} of ${checks.length} checks failed.`);
process.exit(failed === 0 ? 0 : 1);
