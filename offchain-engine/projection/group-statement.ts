/** The values of one column, for `unnest`. */
export type ColumnValues = readonly unknown[] | string;

/** One table's share in a statement: a data-modifying query over unnested arrays. */
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
  values: (ColumnValues | number)[];
}

/**
 * All parts in one statement, hence one round trip and one transaction by itself, together with how far
 * they reach. It returns a row when `writer` is still the projection's writer, and changes nothing
 * otherwise: each part reads `mine`, which is empty then.
 */
export function groupStatement(
  parts: readonly StatementPart[],
  { seq, writer }: { seq: number; writer: number },
): Statement {
  const expressions = [
    "mine AS (UPDATE engine.projection SET seq = $1 WHERE writer = $2 RETURNING seq)",
  ];
  const values: Statement["values"] = [seq, writer];
  for (const part of parts) {
    expressions.push(`${part.name}_part AS (${part.text(values.length + 1)})`);
    values.push(...part.values);
  }
  return {
    name: `project-${parts.map(({ name }) => name).join("-")}`,
    text: `WITH ${expressions.join(", ")} SELECT seq FROM mine`,
    values,
  };
}
