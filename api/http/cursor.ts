import { z } from "zod";
import { ApiProblem } from "../problem.ts";

/** Keys of the last item of a page, as integers in decimal. */
export type CursorKeys = readonly bigint[];

/** An opaque cursor that only the list named `list` takes back. */
export function encodeCursor(list: string, keys: CursorKeys): string {
  return Buffer.from(JSON.stringify([list, ...keys.map(String)])).toString("base64url");
}

const MAX_BIGINT = 2n ** 63n - 1n;

/** @throws ApiProblem `cursor_invalid` for anything that this list did not give out. */
export function decodeCursor(list: string, count: number, cursor: string | undefined) {
  if (cursor === undefined) return null;
  const schema = z.array(z.string().regex(/^[0-9]{1,19}$/)).length(count);
  try {
    const [name, ...keys] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const numbers = schema.parse(keys).map(BigInt);
    if (name === list && numbers.every((key) => key <= MAX_BIGINT)) return numbers;
  } catch {
    // falls through: not one of ours
  }
  throw new ApiProblem("cursor_invalid");
}

/** Cuts a page out of `limit + 1` rows: the one too many tells that there is more. */
export function cutPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  toCursor: (row: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? toCursor(last) : null,
  };
}
