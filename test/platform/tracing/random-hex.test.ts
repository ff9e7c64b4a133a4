import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { randomHex } from "../../../platform/tracing/random-hex.ts";

describe("random hex", () => {
  it("has two digits a byte", () => {
    assert.match(randomHex(16), /^[0-9a-f]{32}$/);
    assert.match(randomHex(8), /^[0-9a-f]{16}$/);
  });

  it("gives nothing twice, however much is drawn", () => {
    const drawn = Array.from({ length: 10_000 }, (_, i) => randomHex(i % 2 === 0 ? 16 : 8));
    assert.equal(new Set(drawn).size, drawn.length);
  });
});
