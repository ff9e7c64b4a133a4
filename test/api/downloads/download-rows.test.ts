import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { headLine, rowLines } from "../../../api/downloads/download-rows.ts";

const COLUMNS = ["name", "count"];

describe("a file's rows as CSV", () => {
  const csv = (name: string | null) => rowLines("csv", COLUMNS, [{ name, count: 1 }]);

  for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
    it(`never begin a cell with ${JSON.stringify(start)}, which a spreadsheet would run`, () => {
      assert.match(csv(`${start}1+1`), /^"?'/);
    });
  }

  it("quote what would end a cell or a line", () => {
    assert.equal(csv('a,"b"\n'), '"a,""b""\n",1\r\n');
  });

  it("stand below their columns' names, in their order, empty where there is nothing", () => {
    assert.equal(headLine("csv", COLUMNS), "name,count\r\n");
    assert.equal(rowLines("csv", COLUMNS, [{ count: 2, name: null }]), ",2\r\n");
  });
});

describe("a file's rows as JSON lines", () => {
  it("are one object a line, without a head", () => {
    assert.equal(headLine("jsonl", COLUMNS), "");
    const rows = [
      { name: "=1", count: 1 },
      { name: null, count: 2 },
    ];
    const lines = rowLines("jsonl", COLUMNS, rows).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      rows,
    );
  });
});
