/**
 * Gas of settlement and of the users' calls, beside Polymarket's; the last line is JSON.
 * `node scripts/bench-gas.ts [--write]`: `--write` replaces the figures that the tests watch.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureGas } from "../test/contracts/gas/scenarios.ts";

const SNAPSHOT = join(import.meta.dirname, "..", "test", "contracts", "gas", "gas-snapshot.json");

/**
 * Polymarket's, v1 (Polymarket/ctf-exchange 00945f5) and v2 (Polymarket/ctf-exchange-v2 ccc0596), for one
 * operator transaction at the same preconditions.
 */
const POLYMARKET: Readonly<Record<string, readonly [v1: number, v2: number]>> = {
  comp_1x1_first: [178_586, 174_312],
  comp_1x1_second: [149_232, 140_090],
  comp_1x5_first: [449_235, 418_615],
  comp_1x20_first: [1_464_768, 1_335_172],
  comp_1x20_second: [1_100_943, 975_853],
  comp_1x20_one_maker: [1_206_392, 1_076_748],
  comp_1x1_fee: [191_247, 187_027],
  mint_1x1_first: [241_147, 248_671],
  mint_1x20_first: [2_390_721, 1_484_173],
  merge_1x1_first: [234_964, 241_331],
  merge_1x20_first: [2_289_878, 1_460_273],
  calldata_1x20_bytes: [12_900, 12_996],
};

const figures = await measureGas();
console.log(`${"".padEnd(24)}${["Agon", "v1", "v2"].map((head) => head.padStart(12)).join("")}`);
for (const [name, gas] of Object.entries(figures)) {
  const columns = [gas, ...(POLYMARKET[name] ?? [])];
  console.log(`${name.padEnd(24)}${columns.map((figure) => String(figure).padStart(12)).join("")}`);
}
if (process.argv.includes("--write")) {
  writeFileSync(SNAPSHOT, `${JSON.stringify(figures, null, 2)}\n`);
}
console.log(JSON.stringify(figures));
