/** The values of one column, for `unnest`. */
export type ColumnValues = readonly unknown[] | string;

/** One table's share in a group's statement: a data-modifying query over unnested arrays. */
export interface StatementPart {
  /** A word of its own in the statement. */
  name: string;
  /** Its SQL, with its first parameter numbered `firstParameter`. */
  text(firstParameter: number): string;
  /** Its parameters, a column each: an array, or one as PostgreSQL writes it. */
  values: readonly ColumnValues[];
}

/** A prepared statement as `pg` takes it. */
export interface Statement {
  name: string;
  text: string;
  values: ColumnValues[];
}

/**
 * All parts as common table expressions of one statement: one round trip, and one transaction by
 * itself. A group's latency is mostly round trips, so this is what an acknowledgement waits for.
 */
export function groupStatement(parts: readonly StatementPart[]): Statement {
  const expressions: string[] = [];
  const values: ColumnValues[] = [];
  for (const part of parts) {
    expressions.push(`${part.name}_part AS (${part.text(values.length + 1)})`);
    values.push(...part.values);
  }
  return {
    name: `group-${parts.map(({ name }) => name).join("-")}`,
    text: `WITH ${expressions.join(", ")} SELECT 1`,
    values,
  };
}
