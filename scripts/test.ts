/**
 * `npm test [-- <file or folder> …] [--grep words]`: every test below test/, in one mocha run.
 * Closes with the runner's counts; exits 1 when a test failed or none ran.
 */
import { existsSync, globSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import Mocha from "mocha";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: "string" } },
});

function testFiles(path: string): string[] {
  if (!existsSync(path)) {
    console.error(`There are no tests at ${path}: name a file or folder below test/.`);
    process.exit(1);
  }
  return statSync(path).isFile() ? [path] : globSync(`${path}/**/*.test.ts`);
}

const mocha = new Mocha({
  timeout: 60_000,
  reporter: "spec",
  forbidOnly: process.env["CI"] === "true",
  ...(values.grep === undefined ? {} : { grep: values.grep }),
});
const files = (positionals.length > 0 ? positionals : ["test"]).flatMap(testFiles).sort();
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();

const runner = mocha.run((failures) => {
  const { passes = 0, pending = 0 } = runner.stats ?? {};
  console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  // Native handles of a chain or a database must not keep a finished run alive.
  process.exit(failures > 0 || passes === 0 ? 1 : 0);
});
