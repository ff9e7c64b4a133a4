import type { Hex } from "viem";
import type { BatchRow, ModelTables } from "./model-tables.ts";
import { Violation } from "./scheduler.ts";

export interface Statement {
  /** For the trace. */
  name: string;
  text: string;
  values: readonly unknown[];
  writesJournal: boolean;
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
  [/INSERT INTO engine\.journal\b/, appendJournal],
  [/INSERT INTO engine\.meta\b/, claimMeta],
  [/SELECT \* FROM engine\.meta\b/, (tables) => rows(tables.meta === null ? [] : [tables.meta])],
  [/FROM engine\.journal\s+WHERE seq > \$1 ORDER BY seq LIMIT \$2/, readJournal],
  [/INSERT INTO engine\.batches\b/, insertBatch],
  [/UPDATE engine\.batches\s+SET status = 'submitted'/, submitBatch],
  [/UPDATE engine\.batches SET status = 'settled'/, settleBatches],
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

/** A group: of its parameters the first five are the journal's columns. */
function appendJournal({ journal, placed }: ModelTables, values: readonly unknown[]): Answer {
  const [seqs, times, kinds, payloads, hashes] = values as string[];
  const column = (text = "{}") => text.slice(1, -1).split(",");
  const kind = column(kinds);
  const time = column(times);
  const hash = column(hashes);
  const payload = (payloads as string).split("\n");
  for (const [index, seq] of column(seqs).entries()) {
    if (Number(seq) !== journal.length + 1)
      throw new Violation(`the journal takes ${seq} out of order`);
    const text = payload[index] as string;
    if (kind[index] === "place") placed.add((JSON.parse(text) as { hash: string }).hash);
    journal.push({
      seq: BigInt(seq),
      time_ms: BigInt(time[index] as string),
      kind: kind[index] as string,
      payload: text,
      hash: Buffer.from(hash[index] as string, "hex"),
    });
  }
  return NONE;
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

function openBatches({ batches }: ModelTables): Answer {
  return rows([...batches.values()].filter(isOpen).map((batch) => ({ ...batch })));
}

function isOpen({ status }: BatchRow): boolean {
  return status === "prepared" || status === "submitted";
}
