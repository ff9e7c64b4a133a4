import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import {
  SKIP_REASON_MAKER,
  SkipReason,
  skipReasonFault,
  skipReasonName,
} from "../../../protocol/settlement/skip-reason.ts";

const SOLIDITY = new URL("../../../contracts/libraries/SkipReason.sol", import.meta.url);

describe("skip reasons", () => {
  it("are the contract's, name by name", () => {
    const source = readFileSync(SOLIDITY, "utf8");
    const constants = [...source.matchAll(/constant (\w+) = (\w+);/g)].map(
      ([, name, value]) => [(name ?? "").toLowerCase(), Number(value)] as const,
    );
    const own = [["none", 0], ...Object.entries(SkipReason), ["maker", SKIP_REASON_MAKER]];
    assert.deepEqual(constants.toSorted(), own.toSorted());
  });

  it("name whose order is at fault, or that the two do not meet", () => {
    assert.equal(skipReasonName(SkipReason.cash_short), "taker_cash_short");
    assert.equal(skipReasonName(SkipReason.cash_short | SKIP_REASON_MAKER), "maker_cash_short");
    assert.equal(skipReasonName(SkipReason.self_trade), "self_trade");
    assert.equal(skipReasonFault(SkipReason.self_trade), null);
    assert.equal(skipReasonFault(SkipReason.expired | SKIP_REASON_MAKER), "maker");
  });

  it("name an unknown one by its number", () => {
    assert.equal(skipReasonName(77), "unknown_77");
    assert.equal(skipReasonFault(77), null);
  });
});
