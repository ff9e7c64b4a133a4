import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { plainArray } from "../../../offchain-engine/projection/plain-array.ts";

describe("plain array", () => {
  it("refuses a text that would need quotes", () => {
    for (const text of ["", "a,b", 'a"b', "a b", "{a}", "a\\b", "a\nb", "é"]) {
      assert.throws(() => plainArray(["x", text]), assert.AssertionError, text);
    }
  });

  it("writes numbers, hex, words and null", () => {
    assert.equal(plainArray([]), "{}");
    assert.equal(
      plainArray([1, -2, "0xab", "cancel_all", null, "1.5"]),
      "{1,-2,0xab,cancel_all,NULL,1.5}",
    );
  });
});
