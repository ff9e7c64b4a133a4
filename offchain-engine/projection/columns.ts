import type { ColumnValues, StatementPart } from "./group-statement.ts";
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
  /** SQL for the column out of `changed`, the rows sent; the value itself unless given. */
  stored?: string;
  /** SQL for what an old row holds after it changed; what the new one holds unless given. */
  merged?: string;
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
  const changing = columns.filter(({ name, fixed }) => !fixed && !key.includes(name));
  const sets = changing.map(({ name, merged }) => `${name} = ${merged ?? `excluded.${name}`}`);
  const text = (first: number) =>
    `${insertion(table, columns, first)} ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${sets.join(", ")}`;
  return (rows) => ({ name: table, text, values: valuesOf(columns, rows) });
}

/** An insert into `engine.<table>` of rows that it cannot have yet, which spares looking for them. */
export function createInsert<Row>(table: string, columns: readonly Column<Row>[]): Upsert<Row> {
  const text = (first: number) => insertion(table, columns, first);
  return (rows) => ({ name: `new_${table}`, text, values: valuesOf(columns, rows) });
}

function insertion<Row>(table: string, columns: readonly Column<Row>[], first: number): string {
  const names = columns.map(({ name }) => name).join(", ");
  const arrays = columns.map(({ type }, i) => `$${first + i}::${type}[]`);
  const stored = columns.map(({ name, stored: sql }) => sql ?? `changed.${name}`);
  return `INSERT INTO engine.${table} (${names}) SELECT ${stored.join(", ")}
    FROM mine, unnest(${arrays.join(", ")}) AS changed (${names})`;
}

function valuesOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): ColumnValues[] {
  return columns.map(({ value, free }) => (free ? rows.map(value) : plainArray(rows.map(value))));
}
