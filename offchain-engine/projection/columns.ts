import type { StatementPart } from "./group-statement.ts";
import { plainArray } from "./plain-array.ts";

/** A column of an upsert: its SQL type, and how a row gives its value. */
export interface Column<Row> {
  name: string;
  type: "bigint" | "integer" | "smallint" | "numeric" | "text";
  /** A text of users' making, which may hold anything; every other one is hex or a word. */
  free?: boolean;
  value(row: Row): string | number | null;
  /** Written when the row is new, and never again. */
  fixed?: boolean;
}

/** How many rows of a table are upserted at once, their arrays unnested by the server. */
export type Upsert<Row> = (rows: readonly Row[]) => StatementPart;

/** PostgreSQL keeps no NUL in text; whoever put one into a text meant nothing by it. */
export function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

/** An upsert into `engine.<table>`; all columns but the key and the fixed ones follow the newest row. */
export function createUpsert<Row>(
  table: string,
  key: readonly string[],
  columns: readonly Column<Row>[],
): Upsert<Row> {
  const names = columns.map(({ name }) => name).join(", ");
  const changing = columns.filter(({ name, fixed }) => !fixed && !key.includes(name));
  const text = (first: number) => {
    const arrays = columns.map(({ type }, i) => `$${first + i}::${type}[]`);
    return `INSERT INTO engine.${table} (${names})
      SELECT changed.* FROM mine, unnest(${arrays.join(", ")}) AS changed
      ON CONFLICT (${key.join(", ")}) DO UPDATE SET
        ${changing.map(({ name }) => `${name} = excluded.${name}`).join(", ")}`;
  };
  const valuesOf = ({ value, free }: Column<Row>, rows: readonly Row[]) =>
    free ? rows.map(value) : plainArray(rows.map(value));
  return (rows) => ({ name: table, text, values: columns.map((column) => valuesOf(column, rows)) });
}
