import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { apiConfigSchema } from "../../api/config.ts";
import { engineConfigSchema } from "../../offchain-engine/config.ts";
import { loadConfig } from "../../platform/config.ts";
import { ROOT } from "../../scripts/start/paths.ts";

/** Where settings are declared: as keys of zod objects, or read by name. */
const SOURCES = ["api/config.ts", "{indexer,offchain-engine}/config.ts", "scripts/**/*.ts"];
const DECLARED =
  /^\s*([A-Z][A-Z0-9_]+): (?:env\.|z\b|flag\(|list\b|addressList\b|address\b|optionalCount\b|proxyHops\b)/gm;
const INLINE = /\b([A-Z][A-Z0-9_]+): (?:env\.\w+|z\.string\(\))/g;
const READ = /process\.env\["([A-Z0-9_]+)"\]/g;
/** Set by CI systems, or by scripts for the programs that they run. */
const NOT_SETTINGS = new Set(["CI", "CONTRACT_COVERAGE", "FUZZ_SEED", "THROUGH_SEQ"]);

function declaredNames(): string[] {
  const names = new Set<string>();
  for (const file of globSync(SOURCES, { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), "utf8");
    for (const pattern of [DECLARED, INLINE, READ]) {
      for (const [, name] of text.matchAll(pattern)) names.add(name as string);
    }
  }
  return [...names].filter((name) => !NOT_SETTINGS.has(name)).sort();
}

/** Each setting of the file with its value; those that are commented out too. */
function listed(): [name: string, value: string][] {
  const text = readFileSync(join(ROOT, ".env.example"), "utf8");
  return [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(\S*)/gm)].map(([, name, value]) => [
    name as string,
    value?.startsWith("#") ? "" : (value ?? ""),
  ]);
}

describe(".env.example", () => {
  it("lists every setting once, and nothing that is none", () => {
    assert.deepEqual(
      listed()
        .map(([name]) => name)
        .sort(),
      declaredNames(),
    );
  });

  it("tells the defaults of engine and api", () => {
    const set = Object.fromEntries(listed());
    const needed = { DATABASE_URL: set["DATABASE_URL"], RPC_URL: set["RPC_URL"] };
    for (const schema of [engineConfigSchema, apiConfigSchema]) {
      const defaults = Object.entries(loadConfig(schema, needed)).filter(
        ([name, value]) => !(name in needed) && value !== undefined && String(value) !== "",
      );
      assert.ok(defaults.length > 10);
      for (const [name, value] of defaults) assert.equal(set[name], String(value), name);
    }
  });
});
