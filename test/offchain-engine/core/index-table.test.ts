import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { IndexTable, NO_PLACE } from "../../../offchain-engine/core/index-table.ts";
import { RandomSource } from "./random-source.ts";

/** All rows that the table offers for a hash. */
function rowsOf(table: IndexTable, hash: number): number[] {
  const rows: number[] = [];
  for (let place = table.first(hash); place !== NO_PLACE; place = table.next(hash, place)) {
    rows.push(table.row(place));
  }
  return rows;
}

describe("index table", () => {
  it("offers nothing while it is empty, or after it was cleared", () => {
    const table = new IndexTable(3);
    assert.deepEqual(rowsOf(table, 7), []);
    table.add(7, 3);
    table.clear(1);
    assert.deepEqual(rowsOf(table, 7), []);
  });

  it("passes over a row of another hash that lies in the way", () => {
    const table = new IndexTable(3);
    const [one, other] = [0x1000_0005, 0x2000_0005];
    table.add(one, 1);
    table.add(other, 2);
    assert.deepEqual(rowsOf(table, other), [2]);
  });

  it("offers every row of the same hash", () => {
    const table = new IndexTable(3);
    for (const row of [4, 0, 9]) table.add(-1, row);
    assert.deepEqual(rowsOf(table, -1), [4, 0, 9]);
  });

  it("finds all rows at every size", () => {
    const random = new RandomSource(5);
    const table = new IndexTable(3);
    const hashes: number[] = [];
    for (let row = 0; row < 5_000; row++) {
      hashes.push(random.below(2 ** 32) | 0);
      if (table.holds(row + 1)) table.add(hashes[row] as number, row);
      else {
        table.clear(row + 1);
        for (const [known, hash] of hashes.entries()) table.add(hash, known);
      }
      const asked = random.below(row + 1);
      assert.ok(rowsOf(table, hashes[asked] as number).includes(asked), `row ${asked} of ${row}`);
    }
  });
});
