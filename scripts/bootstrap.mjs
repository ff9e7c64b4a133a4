/**
 * Makes the tree ready to run, from whatever Node (20 or newer) and npm the machine has: packages,
 * the Prisma client, the compiled contracts. Plain JavaScript, as it runs before anything is
 * installed; does nothing, quickly, when all is as it was left.
 *
 * Packages are installed *under* Node 24 (npm's `node` package): installed under an older one, npm
 * silently leaves out native packages that ask for a newer engine.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const stamps = join(modules, ".agon");
const nodeVersion = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies.node;

/** Every file below `path`, sorted, or `path` itself when it is a file. */
function filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  const entries = readdirSync(full, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

/** Runs `make` unless `inputs` are what they were when it last succeeded and `output` is there. */
function step(name, sentence, inputs, output, make) {
  const stamp = join(stamps, name);
  const now = digest(inputs);
  const done = existsSync(stamp) && readFileSync(stamp, "utf8") === now && existsSync(output);
  if (done) return;
  console.log(`• ${sentence}`);
  const started = Date.now();
  make();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, now);
  console.log(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) return;
  console.error(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error ?? ""}`);
  console.error(`Bootstrap stopped: "${command} ${args.join(" ")}" failed, see above.`);
  process.exit(1);
}

/** Whether the installed Hardhat has the native library of this platform. */
function hasNativeHardhat() {
  const scope = join(modules, "@nomicfoundation");
  return existsSync(scope) && readdirSync(scope).some((name) => name.startsWith("edr-"));
}

const nodeBinary = join(modules, ".bin", "node");
const cli = (...parts) => join(modules, ...parts);

step(
  "packages",
  `Installing packages under Node ${nodeVersion} (about a minute the first time)`,
  [join(root, "package.json"), join(root, "package-lock.json")],
  nodeBinary,
  () => {
    // npm trusts this file over what is on disk: without it, a half-made tree is completed.
    if (!hasNativeHardhat()) rmSync(join(modules, ".package-lock.json"), { force: true });
    run("npx", ["-y", "-p", `node@${nodeVersion}`, "-c", "npm install --no-audit --no-fund"]);
    if (hasNativeHardhat()) return;
    console.error("Bootstrap stopped: Hardhat has no native library for this platform in npm.");
    process.exit(1);
  },
);

step(
  "prisma",
  "Generating the Prisma client",
  [...filesBelow("prisma/schema"), join(root, "prisma.config.ts")],
  join(root, "generated", "prisma"),
  // Generating needs no schema engine, but Prisma downloads one unless told that there is some.
  () =>
    run(nodeBinary, [cli("prisma", "build", "index.js"), "generate"], {
      PRISMA_SCHEMA_ENGINE_BINARY: nodeBinary,
    }),
);

step(
  "contracts",
  "Compiling the contracts",
  [...filesBelow("contracts"), join(root, "hardhat.config.ts")],
  join(root, "artifacts", "contracts"),
  () => run(nodeBinary, [cli("hardhat", "dist", "src", "cli.js"), "build", "--no-tests"]),
);
