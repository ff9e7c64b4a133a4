import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";
import { errorsPage, placesOf } from "../../scripts/export-errors.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SERVERS = ["api", "offchain-engine", "platform"];
const TABLE = join(ROOT, "protocol", "errors.ts");

/** The sources below a folder, by path. */
function sources(folder: string): [path: string, text: string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(ROOT, folder, name))
    .filter((path) => path !== TABLE)
    .map((path) => [path, readFileSync(path, "utf8")]);
}

/** The sources that name the code, as a value. */
function naming(code: ErrorCode, files: readonly [string, string][]): string[] {
  return files.filter(([, text]) => text.includes(`"${code}"`)).map(([path]) => path);
}

describe("the table of errors", () => {
  const codes = Object.keys(ERRORS) as ErrorCode[];

  it("is in docs/errors.md as it is (else run `npm run docs:errors`)", () => {
    assert.equal(readFileSync(join(ROOT, "docs", "errors.md"), "utf8"), errorsPage());
  });

  it("has no code that nobody answers", () => {
    const server = SERVERS.flatMap(sources);
    assert.deepEqual(
      codes.filter((code) => naming(code, server).length === 0),
      [],
    );
    assert.deepEqual(
      codes.filter((code) => placesOf(code).length === 0),
      [],
    );
  });

  it("has no code that no test has met", () => {
    const tests = sources("test");
    assert.deepEqual(
      codes.filter((code) => naming(code, tests).length === 0),
      [],
    );
  });

  it("names a status, a sentence and a mend for each, without what a table cannot hold", () => {
    for (const code of codes) {
      const [status, title, mend] = ERRORS[code];
      assert.ok(status >= 400 && status < 600, code);
      for (const text of [title, mend]) assert.match(text, /^[^|\n<>]+[.]$/, code);
    }
  });
});
