import pg from "pg";

/** The index, read by SQL as anyone may: with the read-only role. */
export interface IndexReader {
  /** Rows as text, so that no figure is rounded on its way. */
  rows(sql: string, parameters?: unknown[]): Promise<Record<string, string>[]>;
  /** The first row's first column; `"0"` when there is no row. */
  figure(sql: string, parameters?: unknown[]): Promise<string>;
  stop(): Promise<void>;
}

const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

export function createIndexReader(databaseUrl: string): IndexReader {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, types: asText });
  // A database that restarts cuts idle connections; the next query opens a new one.
  pool.on("error", () => {});
  async function rows(sql: string, parameters: unknown[] = []) {
    return (await pool.query(sql, parameters)).rows as Record<string, string>[];
  }
  return {
    rows,
    figure: async (sql, parameters) =>
      Object.values((await rows(sql, parameters))[0] ?? {})[0] ?? "0",
    stop: () => pool.end(),
  };
}
