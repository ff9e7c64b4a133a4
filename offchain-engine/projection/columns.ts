import type { PoolClient } from "../../platform/postgres/pool.ts";

/** A column of an upsert: its SQL type, and how a row gives its value. */
export interface Column<Row> {
  name: string;
  type: "bigint" | "integer" | "smallint" | "numeric" | "text";
  value(row: Row): string | number | null;
  /** Written when the row is new, and never again. */
  fixed?: boolean;
}

/** Upserts many rows with one statement, its arrays unnested by the server. */
export interface Upsert<Row> {
  run(client: PoolClient, rows: readonly Row[]): Promise<void>;
}

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
  const names = columns.map(({ name }) => name);
  const arrays = columns.map(({ type }, i) => `$${i + 1}::${type}[]`);
  const changing = columns.filter(({ name, fixed }) => !fixed && !key.includes(name));
  const text = `
    INSERT INTO engine.${table} (${names.join(", ")})
    SELECT * FROM unnest(${arrays.join(", ")})
    ON CONFLICT (${key.join(", ")}) DO UPDATE SET
      ${changing.map(({ name }) => `${name} = excluded.${name}`).join(", ")}`;
  return {
    async run(client, rows) {
      if (rows.length === 0) return;
      const values = columns.map(({ value }) => rows.map(value));
      await client.query({ name: `upsert-${table}`, text, values });
    },
  };
}
