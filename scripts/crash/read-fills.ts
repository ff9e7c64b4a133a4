import { FILL_COLUMNS, type FillRow, fillView } from "../../api/history/fill-rows.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { FillView } from "../../protocol/engine/view.ts";

/** Every fill on record, in the order in which they were matched. */
export async function readFills(pool: Pool): Promise<FillView[]> {
  const { rows } = await pool.query<FillRow>(
    `SELECT ${FILL_COLUMNS} FROM engine.fills ORDER BY fill_seq`,
  );
  return rows.map(fillView);
}
