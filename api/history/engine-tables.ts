import type { Pool } from "../../platform/postgres/pool.ts";
import type { EngineClient } from "../engine/engine-client.ts";

/** The engine's tables as a reader may take them: with all that anyone was told before. */
export interface EngineTables {
  query<Row extends object>(text: string, values: unknown[]): Promise<TablesReply<Row>>;
}

interface TablesReply<Row> {
  rows: Row[];
  /** False when the engine did not say so: what is missing may yet have been acknowledged. */
  isCurrent: boolean;
}

/**
 * The engine writes its tables behind the journal. So each read first has it say that they hold what is
 * durable now; reads that come together ask once. An engine that does not answer in time keeps nobody
 * from reading what is there, but what is not there is then not known to be missing.
 */
export function createEngineTables(
  pool: Pool,
  engine: Pick<EngineClient, "reachTables">,
): EngineTables {
  let asking: Promise<boolean> | null = null;
  /** For who came while one was under way, which may have been answered before that. */
  let next: Promise<boolean> | null = null;

  function ask(): Promise<boolean> {
    asking = engine
      .reachTables()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  }

  function reached(): Promise<boolean> {
    if (asking === null) return ask();
    next ??= asking.then(() => {
      next = null;
      return ask();
    });
    return next;
  }

  return {
    async query<Row extends object>(text: string, values: unknown[]) {
      const isCurrent = await reached();
      const { rows } = await pool.query<Row>(text, values);
      return { rows, isCurrent };
    },
  };
}
