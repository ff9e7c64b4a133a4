/** Measures gas and writes the committed snapshot: `node test/contracts/gas/write-snapshot.ts`. */
import { writeFileSync } from "node:fs";
import { measureGas } from "./scenarios.ts";

const figures = await measureGas();
const path = new URL("./gas-snapshot.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
console.table(figures);
