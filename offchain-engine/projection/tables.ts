import { strict as assert } from "node:assert";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Slice } from "./changed-rows.ts";
import { groupStatement } from "./group-statement.ts";

/** The engine's tables below the journal, and the right to write them. */
export interface Tables {
  /** How far they had followed the journal when they were opened. */
  readonly seq: number;
  /** The last fill that they had then. */
  readonly lastFillSeq: number;
  /** Writes rows and how far they reach, in one transaction. Rejects when another engine has taken over. */
  write(slices: readonly Slice[], seq: number): Promise<void>;
  /** Resolves with the error when the connection is lost. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

/**
 * Opens the tables for the holder of the journal's lock. Whoever wrote them before cannot any more: its
 * connection may outlive its lock. What is written is not waited for on the disk: rows and progress are
 * one transaction, so a server that dies loses both, and the next start writes them from the journal.
 */
export async function openTables(pool: Pool): Promise<Tables> {
  const client = await pool.connect();
  const lost = new Promise<Error>((resolve) => client.on("error", resolve));
  try {
    await client.query("SET synchronous_commit = off");
    const { rows } = await client.query<{ seq: bigint; writer: bigint }>(
      `INSERT INTO engine.projection (seq, writer) VALUES (0, 1)
       ON CONFLICT (id) DO UPDATE SET writer = projection.writer + 1 RETURNING seq, writer`,
    );
    const fills = await client.query<{ last: bigint | null }>(
      "SELECT max(fill_seq) AS last FROM engine.fills",
    );
    const [taken] = rows;
    assert.ok(taken);
    const writer = Number(taken.writer);
    let isOpen = true;
    return {
      seq: Number(taken.seq),
      lastFillSeq: Number(fills.rows[0]?.last ?? 0n),
      lost,
      async write(slices, seq) {
        if (slices.length > 1) await client.query("BEGIN");
        for (const slice of slices) {
          const { rowCount } = await client.query(groupStatement(slice(), { seq, writer }));
          if (rowCount !== 1) throw new Error("another engine has taken over the tables");
        }
        if (slices.length > 1) await client.query("COMMIT");
      },
      async close() {
        if (isOpen) client.release(true);
        isOpen = false;
      },
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}
