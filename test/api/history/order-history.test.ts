import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { EngineTables } from "../../../api/history/engine-tables.ts";
import { findOrder, findOrderByClientId } from "../../../api/history/order-history.ts";

const HASH = `0x${"ab".repeat(32)}` as const;
const ACCOUNT = `0x${"cd".repeat(20)}` as const;

/** Tables without a row. */
function empty(isCurrent: boolean): EngineTables {
  return { query: async () => ({ rows: [], isCurrent }) };
}

describe("an order that is not in the tables", () => {
  it("is not called unknown while the engine does not say that they are current", async () => {
    const lookUps = [
      findOrder(empty(false), ACCOUNT, HASH),
      findOrderByClientId(empty(false), ACCOUNT, "mine"),
    ];
    for (const lookUp of lookUps) await assert.rejects(lookUp, { code: "engine_unavailable" });
  });

  it("is unknown when they are", async () => {
    assert.equal(await findOrder(empty(true), ACCOUNT, HASH), null);
    assert.equal(await findOrderByClientId(empty(true), ACCOUNT, "mine"), null);
  });
});
