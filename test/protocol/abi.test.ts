import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { abiSources } from "../../scripts/export-abi.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "protocol", "abi");

describe("protocol/abi", () => {
  it("is what the contracts compile to (else run `npm run abi`)", async () => {
    const sources = await abiSources();
    assert.deepEqual(readdirSync(FOLDER).sort(), [...sources.keys()].sort());
    for (const [file, text] of sources) {
      assert.equal(readFileSync(join(FOLDER, file), "utf8"), text, file);
    }
  });
});
