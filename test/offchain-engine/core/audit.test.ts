import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { auditLedger } from "../../../offchain-engine/core/audit.ts";
import { bringCash } from "../../../offchain-engine/core/escrow.ts";
import { KNOWN_HASH_KEY } from "../../../offchain-engine/core/keyed-hash.ts";
import { DEFAULT_LIMITS } from "../../../offchain-engine/core/limits.ts";
import { createEdgeState, type EdgeState } from "../../../offchain-engine/edge/edge-state.ts";
import { ALICE } from "./driver.ts";

describe("audit of the ledger", () => {
  let state: EdgeState;
  let account: number;

  beforeEach(() => {
    state = createEdgeState(1, DEFAULT_LIMITS, KNOWN_HASH_KEY);
    account = state.accounts.intern(ALICE).index;
    bringCash(state.core, account, 100);
    assert.deepEqual(auditLedger(state.core), []);
  });

  it("finds cash that was credited twice, though both sides of the books were", () => {
    state.core.cash.credit(account, 100);
    state.core.cashInflowMicro += 100;
    assert.deepEqual(auditLedger(state.core), ["pending cash of account 0 is 100, expected 0"]);
  });

  it("finds a debit that no unsettled fill waits for", () => {
    state.core.cash.addPendingDebit(account, 7);
    assert.deepEqual(auditLedger(state.core), [
      "pending debit of cash of account 0 is 7, expected 0",
    ]);
  });

  it("finds cash that came from nowhere", () => {
    state.core.cash.credit(account, 1);
    state.core.cash.addSettled(account, 1);
    assert.deepEqual(auditLedger(state.core), ["cash, fees and pairs is 101, expected 100"]);
  });
});
