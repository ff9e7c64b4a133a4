import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createEngineTables } from "../../../api/history/engine-tables.ts";
import type { Pool } from "../../../platform/postgres/pool.ts";

/** Tables whose engine answers when the test lets it; queries are noted as they reach the database. */
function world() {
  const asked: PromiseWithResolvers<void>[] = [];
  const queries: string[] = [];
  const pool = {
    query: async (text: string) => {
      queries.push(text);
      return { rows: [] };
    },
  } as unknown as Pool;
  const tables = createEngineTables(pool, {
    reachTables() {
      const one = Promise.withResolvers<void>();
      asked.push(one);
      return one.promise;
    },
  });
  return { tables, asked, queries };
}

/** Turns of the event loop enough for everything that waits for none of the test's own signals. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("tables of the engine, read by the api", () => {
  it("are read as they are when the engine does not answer", async () => {
    const { tables, asked, queries } = world();
    const reading = tables.query("a", []);
    asked[0]?.reject(new Error("engine_timeout"));
    assert.equal((await reading).isCurrent, false);
    assert.deepEqual(queries, ["a"]);
    const again = tables.query("b", []);
    asked[1]?.resolve();
    assert.equal((await again).isCurrent, true);
    assert.deepEqual(queries, ["a", "b"]);
  });

  it("are read once the engine says that they hold what is durable", async () => {
    const { tables, asked, queries } = world();
    const reading = tables.query("a", []);
    await settle();
    assert.deepEqual([asked.length, queries], [1, []]);
    asked[0]?.resolve();
    await reading;
    assert.deepEqual(queries, ["a"]);
  });

  it("are asked for anew by a reader that came while the engine was asked, once for all of them", async () => {
    const { tables, asked, queries } = world();
    const first = tables.query("first", []);
    const others = [tables.query("second", []), tables.query("third", [])];
    asked[0]?.resolve();
    await first;
    await settle();
    assert.deepEqual([asked.length, queries], [2, ["first"]]);
    asked[1]?.resolve();
    await Promise.all(others);
    assert.deepEqual([asked.length, queries], [2, ["first", "second", "third"]]);
  });
});
