import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Accounts } from "../../../offchain-engine/core/accounts.ts";

describe("accounts of the core", () => {
  it("count the lots that an account took exactly, beyond 32 bits and back", () => {
    const accounts = new Accounts();
    const [one, other] = [accounts.add(), accounts.add()];
    const most = 0xffff_fffe;
    for (let fills = 0; fills < 200; fills++) accounts.addTaken(one, 1, most);
    accounts.addTaken(other, 1, 1);
    assert.deepEqual([accounts.takenFills(one), accounts.takenLots(one)], [200, 200 * most]);
    for (let fills = 0; fills < 199; fills++) accounts.addTaken(one, -1, -most);
    assert.deepEqual([accounts.takenFills(one), accounts.takenLots(one)], [1, most]);
    accounts.addTaken(one, -1, -most);
    assert.deepEqual([accounts.takenFills(one), accounts.takenLots(one)], [0, 0]);
    assert.deepEqual([accounts.takenFills(other), accounts.takenLots(other)], [1, 1]);
  });
});
