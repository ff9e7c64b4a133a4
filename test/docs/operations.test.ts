import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "mocha";

const SOURCES = "{api,offchain-engine,platform,indexer}/**/*.ts";
const DECLARED = /\.(?:counter|gauge|histogram)\(\{\s*name: "([a-z_]+)"/g;
const NAMED =
  /\b(?:agon_[a-z]+|http|orders?|signature_recovery|ws|mirror|database_pool)_[a-z_]+\b/g;
/** What Prometheus makes of a histogram. */
const SUFFIX = /_(bucket|count|sum)$/;

describe("docs/OPERATIONS.md", () => {
  const page = readFileSync("docs/OPERATIONS.md", "utf8");
  const [, table = ""] = page.split("## Metrics");
  const code = [...table.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? "").join(" ");

  it("lists every metric that there is, and none that there is not", () => {
    const declared = globSync(SOURCES).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(DECLARED)].map(([, name]) => name),
    );
    assert.ok(declared.length > 30);
    const named = new Set([...code.matchAll(NAMED)].map(([name]) => name.replace(SUFFIX, "")));
    assert.deepEqual([...named].sort(), [...new Set(declared)].sort());
  });
});
