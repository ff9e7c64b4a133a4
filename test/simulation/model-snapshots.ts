import type { Answer } from "./model-statements.ts";
import type { CheckpointRow, ModelTables } from "./model-tables.ts";

/** A COPY of chunks, as the engine hands it to `pg`. */
export interface ChunkCopy {
  submit(connection: { query(text: string): void }): void;
  handleCopyData(message: { chunk: Buffer }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/** PostgreSQL's binary COPY: before the first row, before each value, after the last. */
const COPY_HEADER = Buffer.alloc(19);
const COPY_END = Buffer.from("ffff", "hex");

export function insertCheckpoint(tables: ModelTables, values: readonly unknown[]): Answer {
  const [seq, timeMs, journalHash, format, stateHash, bytes, hash] = values;
  const entry = tables.journal[Number(seq) - 1];
  if (!entry?.hash.equals(journalHash as Buffer)) return { rows: [], rowCount: 0 };
  tables.checkpoints.push({
    seq: BigInt(seq as number),
    time_ms: BigInt(timeMs as number),
    journal_hash: entry.hash,
    state_format: format as number,
    state_hash: stateHash as string,
    snapshot_bytes: BigInt(bytes as number),
    snapshot_hash: hash as Buffer,
  });
  return { rows: [], rowCount: 1 };
}

export function insertChunk({ chunks }: ModelTables, values: readonly unknown[]): Answer {
  const [seq, number, data] = values as [number, number, Buffer];
  const all = chunks.get(seq) ?? [];
  chunks.set(seq, all);
  all[number] = Buffer.from(data);
  return { rows: [], rowCount: 1 };
}

export function deleteOldChunks({ chunks }: ModelTables, _: unknown, text: string): Answer {
  const kept = Number(/LIMIT (\d+)/.exec(text)?.[1]);
  const newest = [...chunks.keys()].sort((a, b) => b - a).slice(0, kept);
  for (const seq of [...chunks.keys()]) if (!newest.includes(seq)) chunks.delete(seq);
  return { rows: [], rowCount: 0 };
}

/** The newest first. */
export function readSnapshotted(tables: ModelTables, values: readonly unknown[]): Answer {
  const [format, through] = values as [number, number];
  const rows = ofJournal(tables, format)
    .filter(({ seq }) => Number(seq) <= through && tables.chunks.has(Number(seq)))
    .sort((a, b) => Number(b.seq - a.seq));
  return { rows, rowCount: rows.length };
}

export function readStateHashes(tables: ModelTables, values: readonly unknown[]): Answer {
  const [after, format] = values as [number, number];
  const rows = ofJournal(tables, format).filter(({ seq }) => Number(seq) > after);
  return { rows, rowCount: rows.length };
}

function ofJournal({ checkpoints, journal }: ModelTables, format: number): CheckpointRow[] {
  return checkpoints.filter(
    ({ seq, state_format, journal_hash }) =>
      state_format === format && journal[Number(seq) - 1]?.hash.equals(journal_hash),
  );
}

/** What the server sends for the COPY. */
export function copiedChunks({ chunks }: ModelTables, copy: ChunkCopy): Buffer {
  let text = "";
  copy.submit({
    query: (sql) => {
      text = sql;
    },
  });
  const seq = Number(/WHERE seq = (\d+)/.exec(text)?.[1]);
  const rows = (chunks.get(seq) ?? []).map((data) => {
    const head = Buffer.alloc(6);
    head.writeInt16BE(1, 0);
    head.writeInt32BE(data.length, 2);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([COPY_HEADER, ...rows, COPY_END]);
}
