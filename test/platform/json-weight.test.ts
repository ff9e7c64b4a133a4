import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { jsonWeight } from "../../platform/json-weight.ts";

describe("JSON weight", () => {
  const changed: [string, unknown][] = [
    ["undefined", undefined],
    ["an undefined member", { a: 1, b: undefined }],
    ["an undefined element", [1, undefined]],
    ["a hole", new Array(2)],
    ["a bigint", { a: [{ b: 1n }] }],
    ["a function", { toJSON: () => 1 }],
    ["a date", { at: new Date(0) }],
    ["a map", new Map()],
    ["bytes", { bytes: Buffer.from("a") }],
    ["an object without a prototype", Object.create(null)],
    ["NaN", Number.NaN],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["negative zero", { a: -0 }],
  ];
  for (const [what, value] of changed) {
    it(`is null where JSON would change ${what}`, () => assert.equal(jsonWeight(value), null));
  }

  it("is given for what JSON gives back as it is", () => {
    const value = { a: [1, -2.5, null, true], "ü\ud800": { b: "“x”", c: {} }, d: [] };
    assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
    assert.notEqual(jsonWeight(value), null);
  });

  it("is about the length of the JSON", () => {
    const value = Array.from({ length: 100 }, (_, i) => ({ name: `row ${i}`, size: i * 1_000 }));
    const { length } = JSON.stringify(value);
    const weight = jsonWeight(value) ?? 0;
    assert.ok(weight > length / 3 && weight < length * 3, `${weight} for ${length}`);
  });
});
