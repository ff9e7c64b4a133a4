import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import {
  type JournalHead,
  type JournalReply,
  journalEntrySchema,
  journalHeadSchema,
  journalReplySchema,
  type PublishedEntry,
} from "../../protocol/wire/journal.ts";

/** A published journal, read entry by entry. */
export interface JournalSource {
  head: JournalHead;
  entries: AsyncIterable<PublishedEntry>;
  /** Whether it ends where the exchange publishes no further now; a file may have been cut anywhere. */
  isLive: boolean;
}

const PAGE_ENTRIES = 1_000;
/** How often one page is asked for again when the api says to wait. */
const MAX_WAITS = 10;

/** The journal that an api serves. @throws Error when it refuses, or replies with what is no journal. */
export async function readJournalApi(apiUrl: string): Promise<JournalSource> {
  const first = await readPage(apiUrl, 0);
  return { head: first.journal, entries: pages(apiUrl, first), isLive: true };
}

async function* pages(apiUrl: string, first: JournalReply): AsyncGenerator<PublishedEntry> {
  let page = first;
  for (;;) {
    yield* page.items;
    if (page.nextAfter === null) return;
    page = await readPage(apiUrl, page.nextAfter);
  }
}

async function readPage(apiUrl: string, after: number): Promise<JournalReply> {
  const url = new URL(`/v1/journal?after=${after}&limit=${PAGE_ENTRIES}`, apiUrl);
  for (let waits = 0; ; waits++) {
    const response = await fetch(url);
    if (response.ok) return journalReplySchema.parse(await response.json());
    const retryAfterSeconds = Number(response.headers.get("retry-after"));
    if (response.status !== 429 || !(retryAfterSeconds > 0) || waits === MAX_WAITS) {
      throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
    }
    await response.body?.cancel();
    await delay(retryAfterSeconds * 1_000);
  }
}

/**
 * A file of JSON lines as `/v1/journal/lines` gives them: the head, then the entries.
 * @throws Error when it cannot be read, or a line is none of them.
 */
export async function readJournalFile(path: string): Promise<JournalSource> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  const iterator = lines[Symbol.asyncIterator]();
  const { value, done } = await iterator.next();
  if (done) throw new Error(`${path} is empty`);
  return {
    head: journalHeadSchema.parse(JSON.parse(value)),
    entries: parse(iterator),
    isLive: false,
  };
}

async function* parse(lines: AsyncIterator<string>): AsyncGenerator<PublishedEntry> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return;
    if (value !== "") yield journalEntrySchema.parse(JSON.parse(value));
  }
}
