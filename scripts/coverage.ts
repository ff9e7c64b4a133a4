/**
 * `npm run coverage`: which lines and branches of contracts/ the tests in test/contracts reach. Prints a table and
 * what is missed; the last line is JSON. Exits 1 below 98 % of either, or when a test fails.
 *
 * The contracts run as they are compiled for a chain but with probes in them (`contract-coverage/probes.ts`), in a cache of
 * their own. Left out: tests that weigh gas or code, which probes change, and the Solidity tests. Interfaces
 * hold no code; `dev`, `mocks` and `test-doubles` are no part of an exchange.
 */
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import Mocha from "mocha";
import { PROBE_LIBRARY, PROBE_SOURCE } from "./contract-coverage/probe-library.ts";
import { insertProbes, type Probe } from "./contract-coverage/probes.ts";
import { reportCoverage } from "./contract-coverage/report.ts";
import { ROOT } from "./start/paths.ts";

const GOAL_PERCENT = 98;
const NOT_MEASURED = /^contracts\/(interfaces|dev|mocks|test-doubles)\//;
const LEFT_OUT = /^test\/contracts\/(gas\/|solidity\.test)/;

// Read by the configuration: artifacts apart from the true ones.
process.env["CONTRACT_COVERAGE"] = "true";
const { default: hre } = await import("hardhat");
const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };

const probes: Probe[] = [];
const probed = new Map<string, string>();
const hits = new Set<number>();
let nextTag = 1;

/** The syntax tree of one source, its imports unread. */
function parse(source: string): unknown {
  const input = {
    language: "Solidity",
    sources: { it: { content: source } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  return JSON.parse(solc.compile(JSON.stringify(input))).sources.it.ast;
}

/** The source with its probes: the same each time, since every contract that imports it is compiled by itself. */
function probedSource(file: string, content: string): string {
  const known = probed.get(file);
  if (known !== undefined) return known;
  const result = insertProbes(file, content, parse(content), nextTag);
  nextTag = result.nextTag;
  probes.push(...result.probes);
  const source = `${result.source}\nimport { __Probe } from "${PROBE_SOURCE}";\n`;
  probed.set(file, source);
  return source;
}

hre.hooks.registerHandlers("solidity", {
  preprocessProjectFileBeforeBuilding: async (context, name, path, content, version, next) => {
    const file = relative(ROOT, path);
    if (!file.startsWith("contracts/") || NOT_MEASURED.test(file)) {
      return next(context, name, path, content, version);
    }
    return next(context, name, path, probedSource(file, content), version);
  },
  preprocessSolcInputBeforeBuilding: async (context, input, next) => {
    input.sources[PROBE_SOURCE] = { content: PROBE_LIBRARY };
    return next(context, input);
  },
});
hre.hooks.registerHandlers("network", {
  onCoverageData: async (_context, tags) => {
    for (const tag of tags) hits.add(Number.parseInt(tag, 16));
  },
});

// All at once and anew, so that every tag is of this run.
await hre.tasks.getTask("build").run({ quiet: true, noTests: true, force: true });
const mocha = new Mocha({ timeout: 300_000, reporter: "dot" });
for (const file of globSync("test/contracts/**/*.test.ts", { cwd: ROOT }).sort()) {
  if (!LEFT_OUT.test(file)) mocha.addFile(join(ROOT, file));
}
await mocha.loadFilesAsync();
mocha.run((failures) => {
  const { table, missed, lines, branches } = reportCoverage(probes, hits);
  for (const line of missed) console.log(line);
  console.log(`\n${table}\n`);
  console.log(JSON.stringify({ failures, lines, branches }));
  process.exit(failures > 0 || lines < GOAL_PERCENT || branches < GOAL_PERCENT ? 1 : 0);
});
