import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "mocha";

const PAGE = readFileSync("docs/CLIENTS.md", "utf8");
/** What stands in the last cell of a guarantee: "title" of a test, in a file. */
const REFERENCE = /\[`([^`]+)`\]\(\.\.\/([^)]+)\): "([^"]+)"/g;
/** The title of a test that is neither skipped nor a comment, as one string or one template. */
const TITLE = /^\s*it\(\s*(?:"([^"]+)"|`([^`]+)`)/gm;

function titlesOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(TITLE)].map(([, text, template]) =>
    (text ?? template ?? "").replaceAll(/\$\{[^}]*\}/g, "…"),
  );
}

describe("docs/CLIENTS.md", () => {
  const rows = PAGE.split("\n").filter((line) => /^\| (?!---|you can rely on)/.test(line));
  const cells = rows.map((row) => row.slice(2, -2).split(" | "));

  it("has a guarantee, its way and its tests in each row", () => {
    assert.ok(rows.length > 20, `${rows.length} rows`);
    for (const [guarantee, how, shown = "", ...more] of cells) {
      assert.ok(guarantee && how && more.length === 0, guarantee);
      assert.ok(shown !== "", guarantee);
      const rest = shown.replaceAll(REFERENCE, "").replaceAll("; ", "");
      assert.equal(rest, "", guarantee);
    }
  });

  it("names tests that are there", () => {
    const missing: string[] = [];
    for (const [, name, file = "", title = ""] of PAGE.matchAll(REFERENCE)) {
      assert.equal(file, `test/${name}.test.ts`);
      if (!existsSync(file) || !titlesOf(file).includes(title)) missing.push(`${file}: ${title}`);
    }
    assert.deepEqual(missing, []);
  });
});
