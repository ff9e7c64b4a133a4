/**
 * Gas of settlement and of the users' calls, beside Polymarket's; the last line is JSON with every figure by its key.
 * `node scripts/bench-gas.ts [--write]`: `--write` replaces the figures that the tests watch, and `docs/gas.md`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureGas } from "../test/contracts/gas/scenarios.ts";
import { gasPage } from "./gas/gas-page.ts";
import { gasSections } from "./gas/gas-rows.ts";
import { ROOT } from "./start/paths.ts";

const SNAPSHOT = join(ROOT, "test", "contracts", "gas", "gas-snapshot.json");
const PAGE = join(ROOT, "docs", "gas.md");
const TITLE_WIDTH = 76;
const HEADS = ["Agon", "v1", "v2", "of v2", "  goal"];

function columns(title: string, cells: readonly string[]): string {
  const figures = cells.slice(0, 4).map((cell) => cell.padStart(11));
  return `${title.padEnd(TITLE_WIDTH)}${figures.join("")}  ${cells[4] ?? ""}`.trimEnd();
}

const figures = await measureGas();
for (const { title, rows } of gasSections(figures)) {
  console.log(`\n${columns(title.toUpperCase(), HEADS)}`);
  for (const { title: scenario, cells } of rows) console.log(columns(scenario, cells));
}
console.log(
  "\nv1: Polymarket/ctf-exchange 00945f5; v2: Polymarket/ctf-exchange-v2 ccc0596; method in docs/gas.md\n",
);
if (process.argv.includes("--write")) {
  writeFileSync(SNAPSHOT, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(PAGE, gasPage(figures));
}
console.log(JSON.stringify(figures));
