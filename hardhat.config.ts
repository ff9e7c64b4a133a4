import { globSync } from "node:fs";
import { createRequire } from "node:module";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

const COMPILER = {
  version: "0.8.37",
  // The compiler comes from npm, so that a build needs no download.
  path: require.resolve("solc/soljson.js"),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    viaIR: true,
    evmVersion: "osaka",
  },
};

/** Set by `npm run coverage`. */
const COVERAGE = process.env["CONTRACT_COVERAGE"] === "true";

/** 32 bytes that the Solidity tests' random numbers come from. */
const FUZZ_SEED = process.env["FUZZ_SEED"] ?? `0x${"20261121".padStart(64, "0")}`;

export default defineConfig({
  plugins: [hardhatMocha, hardhatViem, hardhatViemAssertions, hardhatNetworkHelpers],
  paths: {
    sources: "contracts",
    tests: { solidity: "test/contracts/solidity", mocha: "test/contracts" },
    // Contracts with coverage probes in them never lie where a deployment looks.
    ...(COVERAGE ? { artifacts: "coverage/artifacts", cache: "coverage/cache" } : {}),
  },
  solidity: {
    compilers: [COMPILER],
    // Tests that call the deployed artifact need no optimized code of their own: a fifth of the time to compile.
    overrides: Object.fromEntries(
      globSync("test/contracts/solidity/{exchange,invariants}/*.sol", {
        cwd: import.meta.dirname,
      }).map((path) => [path, { ...COMPILER, settings: { ...COMPILER.settings, viaIR: false } }]),
    ),
    // Solidity tests have artifacts of their own: nothing that is deployed or exported sees them.
    splitTestsCompilation: true,
  },
  test: {
    solidity: {
      profiles: {
        // A quick look with every `npm test`, and a long one by `npm run test:fuzz`.
        default: {
          fuzz: { runs: 200, seed: FUZZ_SEED },
          invariant: { runs: 10, depth: 100, failOnRevert: true },
        },
        deep: {
          fuzz: { runs: 10_000, seed: FUZZ_SEED },
          invariant: { runs: 300, depth: 500, failOnRevert: true },
        },
      },
    },
  },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", allowBlocksWithSameTimestamp: true },
    node: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: 31337,
      allowBlocksWithSameTimestamp: true,
    },
  },
});
