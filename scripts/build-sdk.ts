/**
 * `npm run sdk:build`: the SDK and the part of protocol/ that it rests on as ES modules with their
 * declarations, in sdk/dist: what `npm pack ./sdk` publishes.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./start/paths.ts";

const dist = join(ROOT, "sdk", "dist");
rmSync(dist, { recursive: true, force: true });

const tsc = join(ROOT, "node_modules", ".bin", "tsc");
const built = spawnSync(tsc, ["-p", "sdk/tsconfig.build.json"], { cwd: ROOT, encoding: "utf8" });
if (built.status !== 0) {
  console.error(`${built.stdout}${built.stderr}${built.error ?? ""}`);
  process.exit(1);
}

// tsc rewrites the extension of imports in JavaScript, but leaves those of declarations.
const declarations = globSync(`${dist}/**/*.d.ts`);
for (const path of declarations) {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"'));
}
console.log(`Built ${declarations.length} modules into sdk/dist.`);
