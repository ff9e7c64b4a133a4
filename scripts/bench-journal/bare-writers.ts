import type pg from "pg";
import { chainHash } from "../../offchain-engine/journal/chain-hash.ts";
import type { JournalEntry } from "../../offchain-engine/journal/journal-entry.ts";
import type { Command } from "../../protocol/engine/command.ts";

/** Of `engine.journal` the shape, and nothing else: what the server can do at best. */
export const CREATE_BARE_TABLE = "CREATE TABLE bare (LIKE engine.journal INCLUDING ALL)";

/** Writes one batch in one transaction. */
export type BareWriter = (client: pg.ClientBase, entries: readonly JournalEntry[]) => Promise<void>;

/** The commands as a journal would have them. */
export function journalEntries(commands: readonly Command[]): JournalEntry[] {
  let hash: Buffer = Buffer.alloc(32);
  return commands.map((command, i) => {
    const payload = JSON.stringify(command);
    const timeMs = Date.now();
    hash = chainHash(hash, i + 1, timeMs, payload);
    return { seq: i + 1, timeMs, kind: command.kind, payload, hash };
  });
}

/** One INSERT of unnested arrays. */
export const writeUnnest: BareWriter = async (client, entries) => {
  await client.query({
    name: "bare-unnest",
    text: `INSERT INTO bare (seq, time_ms, kind, payload, hash)
           SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bytea[])`,
    values: [
      entries.map(({ seq }) => seq),
      entries.map(({ timeMs }) => timeMs),
      entries.map(({ kind }) => kind),
      entries.map(({ payload }) => payload),
      entries.map(({ hash }) => hash),
    ],
  });
};

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n");
}

interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** One COPY, spoken by hand: the driver has the messages and no call for them. */
export const writeCopy: BareWriter = (client, entries) => {
  const rows = entries.map(
    ({ seq, timeMs, kind, payload, hash }) =>
      `${seq}\t${timeMs}\t${kind}\t${escaped(payload)}\t\\\\x${hash.toString("hex")}\n`,
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let failure: Error | null = null;
  const ignore = () => {};
  const copy = {
    submit: (connection: CopyConnection) =>
      connection.query("COPY bare (seq, time_ms, kind, payload, hash) FROM STDIN"),
    handleCopyInResponse(connection: CopyConnection) {
      connection.sendCopyFromChunk(Buffer.from(rows.join("")));
      connection.endCopyFrom();
    },
    handleError: (error: Error) => {
      failure = error;
    },
    handleReadyForQuery: () => (failure ? reject(failure) : resolve()),
    handleCommandComplete: ignore,
    handleRowDescription: ignore,
    handleDataRow: ignore,
  };
  client.query(copy as unknown as pg.Submittable);
  return promise;
};
