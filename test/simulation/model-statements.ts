import type { Hex } from "viem";
import type { JournalEntry } from "../../offchain-engine/journal/journal-entry.ts";
import {
  deleteOldChunks,
  insertCheckpoint,
  insertChunk,
  readSnapshotted,
  readStateHashes,
} from "./model-snapshots.ts";
import type { BatchRow, ModelTables, TableRow } from "./model-tables.ts";
import { Violation } from "./scheduler.ts";

export interface Statement {
  /** For the trace. */
  name: string;
  text: string;
  values: readonly unknown[];
}

export interface Answer {
  rows: unknown[];
  rowCount: number;
}

type Handler = (tables: ModelTables, values: readonly unknown[], text: string) => Answer;

const NONE: Answer = { rows: [], rowCount: 0 };

/** The engine's statements, by what their text shows. */
const HANDLERS: readonly [RegExp, Handler][] = [
  [/^SET /, () => NONE],
  [/^SELECT 1$/, () => NONE],
  [/INSERT INTO engine\.checkpoints\b/, insertCheckpoint],
  [/INSERT INTO engine\.snapshot_chunks\b/, insertChunk],
  [/DELETE FROM engine\.snapshot_chunks\b/, deleteOldChunks],
  [/FROM engine\.checkpoints[\s\S]*engine\.snapshot_chunks\b/, readSnapshotted],
  [/SELECT seq, state_hash FROM engine\.checkpoints\b/, readStateHashes],
  [/^INSERT INTO engine\.projection\b/, claimTables],
  [/^UPDATE engine\.projection SET writer = writer \+ 1 WHERE writer = \$1/, reclaimTables],
  [/^SELECT max\(fill_seq\) AS last FROM engine\.fills$/, lastFill],
  [/^WITH mine AS \(UPDATE engine\.projection\b/, writeTables],
  [/INSERT INTO engine\.meta\b/, claimMeta],
  [/SELECT \* FROM engine\.meta\b/, (tables) => rows(tables.meta === null ? [] : [tables.meta])],
  [/FROM engine\.journal\s+WHERE seq > \$1 ORDER BY seq LIMIT \$2/, readJournal],
  [/INSERT INTO engine\.batches\b/, insertBatch],
  [/UPDATE engine\.batches\s+SET status = 'submitted'/, submitBatch],
  [/UPDATE engine\.batches SET status = 'settled'/, settleBatches],
  [/UPDATE engine\.batches SET settled_at = NULL/, reopenBatches],
  [/FROM engine\.batches WHERE status IN \('prepared', 'submitted'\)/, openBatches],
];

/** Carries a statement out. @throws Violation for one that the engine is not known to send. */
export function answerStatement(tables: ModelTables, { text, values }: Statement): Answer {
  const known = HANDLERS.find(([pattern]) => pattern.test(text));
  if (!known) throw new Violation(`the model of Postgres does not know: ${text.trim()}`);
  return known[1](tables, values, text);
}

function rows(all: unknown[]): Answer {
  return { rows: all, rowCount: all.length };
}

/** What a COPY brings. @throws Violation when it does not follow what is there. */
export function appendJournal(
  { journal, placed }: ModelTables,
  entries: readonly JournalEntry[],
): void {
  for (const { seq, timeMs, kind, payload, hash } of entries) {
    if (seq !== journal.length + 1) throw new Violation(`the journal takes ${seq} out of order`);
    if (kind === "place") placed.add((JSON.parse(payload) as { hash: string }).hash);
    journal.push({ seq: BigInt(seq), time_ms: BigInt(timeMs), kind, payload, hash });
  }
}

function readJournal({ journal }: ModelTables, [after, limit]: readonly unknown[]): Answer {
  return rows(journal.slice(Number(after), Number(after) + Number(limit)));
}

function claimMeta(tables: ModelTables, values: readonly unknown[]): Answer {
  const [chainId, exchange, deployBlock, deployBlockHash, format, limits] = values;
  tables.meta ??= {
    chain_id: BigInt(chainId as number),
    exchange,
    deploy_block: BigInt(deployBlock as number),
    deploy_block_hash: deployBlockHash,
    journal_format: format,
    core_limits: limits,
  };
  return NONE;
}

function claimTables(tables: ModelTables): Answer {
  const { seq, writer } = tables.projection ?? { seq: 0, writer: 0 };
  tables.projection = { seq, writer: writer + 1 };
  return rows([{ seq: BigInt(seq), writer: BigInt(writer + 1) }]);
}

function reclaimTables(tables: ModelTables, [writer]: readonly unknown[]): Answer {
  return tables.projection?.writer === writer ? claimTables(tables) : NONE;
}

function lastFill({ rows: known }: ModelTables): Answer {
  const fills = [...(known.get("fills")?.keys() ?? [])].map(Number);
  return rows([{ last: fills.length === 0 ? null : BigInt(Math.max(...fills)) }]);
}

/** A part of the statement that follows the journal: table, columns, key, columns that change. */
const UPSERT =
  /INSERT INTO engine\.(\w+) \(([^)]*)\)\s+SELECT (?:(?!INSERT).)*?FROM mine, unnest\(\$(\d+)[^)]*\) AS changed \([^)]*\)(?:\s+ON CONFLICT \(([^)]*)\) DO UPDATE SET((?:(?!INSERT).)*))?/gs;

function writeTables(tables: ModelTables, values: readonly unknown[], text: string): Answer {
  const [seq, writer] = values as [number, number];
  const before = tables.projection;
  if (before === null || before.writer !== writer) return NONE;
  const undo: (() => void)[] = [];
  tables.projection = { seq, writer };
  for (const [, table, names, first, key, changing] of text.matchAll(UPSERT)) {
    const columns = (names as string).split(", ");
    const arrays = values.slice(Number(first) - 1, Number(first) - 1 + columns.length).map(column);
    const known = tables.rows.get(table as string) ?? new Map<string, TableRow>();
    tables.rows.set(table as string, known);
    const changes = [...(changing ?? "").matchAll(/(\w+) = excluded/g)].map(([, name]) => name);
    for (const index of (arrays[0] as unknown[]).keys()) {
      const row: TableRow = Object.fromEntries(
        columns.map((name, at) => [name, (arrays[at] as (string | null)[])[index] ?? null]),
      );
      // What is inserted without more is keyed by its first column.
      const id = (key ?? (columns[0] as string))
        .split(", ")
        .map((name) => row[name])
        .join(" ");
      const old = known.get(id);
      if (old && key === undefined) throw new Violation(`${table} has ${id} already`);
      undo.push(() => (old ? known.set(id, old) : known.delete(id)));
      const fixed = Object.entries(old ?? {}).filter(([name]) => !changes.includes(name));
      known.set(id, { ...row, ...Object.fromEntries(fixed) });
    }
  }
  tables.wrote(() => {
    for (const step of undo.reverse()) step();
    if (tables.projection) tables.projection.seq = before.seq;
  });
  return rows([{ seq: BigInt(seq) }]);
}

/** How a statement in a transaction is answered before what it does takes effect with the others'. */
export function answerStaged(tables: ModelTables, { text, values }: Statement): Answer {
  const isOfAnother = /^WITH mine\b/.test(text) && tables.projection?.writer !== values[1];
  return { rows: [], rowCount: isOfAnother ? 0 : 1 };
}

/** An array as text of Postgres, or as the driver would write it. */
function column(values: unknown): (string | null)[] {
  const all = typeof values === "string" ? values.slice(1, -1).split(",") : (values as unknown[]);
  return all.map((value) => (value === null || value === "NULL" ? null : String(value)));
}

function insertBatch({ batches }: ModelTables, values: readonly unknown[]): Answer {
  const [id, first, last, calldata, journalSeq, journalHash, status, transaction] = values;
  const known = batches.get(id as number);
  if (known) return { rows: [], rowCount: known.calldata === calldata ? 1 : 0 };
  batches.set(id as number, {
    batch_id: BigInt(id as number),
    first_fill_seq: BigInt(first as number),
    last_fill_seq: BigInt(last as number),
    calldata: calldata as Hex,
    journal_seq: BigInt(journalSeq as number),
    journal_hash: journalHash as Hex,
    status: status as string,
    tx_hash: transaction as Hex | null,
    nonce: null,
  });
  return { rows: [], rowCount: 1 };
}

function submitBatch({ batches }: ModelTables, values: readonly unknown[]): Answer {
  const [id, hash, nonce] = values;
  const batch = batches.get(id as number);
  if (batch) {
    Object.assign(batch, { status: "submitted", tx_hash: hash, nonce: BigInt(nonce as number) });
  }
  return NONE;
}

function settleBatches({ batches }: ModelTables, [through]: readonly unknown[]): Answer {
  for (const batch of batches.values()) {
    if (batch.batch_id <= BigInt(through as number) && isOpen(batch)) batch.status = "settled";
  }
  return NONE;
}

function reopenBatches({ batches }: ModelTables, [after]: readonly unknown[]): Answer {
  for (const batch of batches.values()) {
    if (batch.batch_id > BigInt(after as number) && batch.status === "settled") {
      batch.status = "submitted";
    }
  }
  return NONE;
}

function openBatches({ batches }: ModelTables): Answer {
  return rows([...batches.values()].filter(isOpen).map((batch) => ({ ...batch })));
}

function isOpen({ status }: BatchRow): boolean {
  return status === "prepared" || status === "submitted";
}
