import { strict as assert } from "node:assert";

/** What PostgreSQL takes in an array's text as it stands. */
const PLAIN = /^[\w.-]+$/;

/**
 * The text of a PostgreSQL array of numbers, hex or words, which need no quotes; null is NULL. The driver
 * quotes and escapes each value of an array, at several times the cost.
 */
export function plainArray(values: readonly (string | number | null)[]): string {
  const texts = values.map((value) => {
    if (typeof value === "string") assert.ok(PLAIN.test(value), "a number, hex or a word");
    return value ?? "NULL";
  });
  return `{${texts.join(",")}}`;
}
