/** The import law: what each area may import. Data travels between areas as commands, rows, events. */
const areas = [
  "contracts",
  "protocol",
  "platform",
  "offchain-engine",
  "indexer",
  "api",
  "sdk",
  "examples",
];
const sources = [...areas, "scripts", "test"];

/** Forbids `area` every project folder that is neither itself nor in `allowed`. */
function law(area, allowed) {
  const forbidden = sources.filter((other) => other !== area && !allowed.includes(other));
  return {
    name: `${area}-imports-only-${allowed.join("-and-") || "itself"}`,
    severity: "error",
    from: { path: `^${area}/` },
    to: { path: `^(${forbidden.join("|")})/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^ponder[:/]" },
    },
    law("protocol", []),
    law("platform", ["protocol"]),
    law("offchain-engine", ["protocol", "platform"]),
    law("indexer", ["protocol"]),
    law("api", ["protocol", "platform"]),
    law("sdk", ["protocol"]),
    law("examples", ["sdk"]),
    {
      name: "protocol-is-browser-safe",
      comment: "viem and zod only, nothing of Node",
      severity: "error",
      from: { path: "^protocol/" },
      to: { path: ".", pathNot: ["^protocol/", "^node_modules/(viem|zod|abitype)/"] },
    },
    {
      name: "sdk-is-browser-safe",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: ".", pathNot: ["^(protocol|sdk)/", "^node_modules/(viem|zod|abitype)/"] },
    },
    {
      name: "engine-core-is-pure",
      comment: "no package, no I/O: the core imports itself and the protocol",
      severity: "error",
      from: { path: "^offchain-engine/core/" },
      to: {
        path: ".",
        pathNot: ["^offchain-engine/core/", "^protocol/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "engine-edge-is-pure",
      comment: "the core's names: no package, no I/O either",
      severity: "error",
      from: { path: "^offchain-engine/edge/" },
      to: {
        path: ".",
        pathNot: ["^offchain-engine/(edge|core)/", "^protocol/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "nobody-imports-tests-or-scripts",
      severity: "error",
      from: { path: `^(${areas.join("|")})/` },
      to: { path: "^(scripts|test)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(generated|node_modules/\\.cache)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
