/** Restores the state in DATABASE_URL, says what it came to on one line of JSON, and ends. */
import { restoreState } from "./restore-state.ts";

const modulesMs = performance.now();
const restored = await restoreState(process.env["DATABASE_URL"] ?? "");
// As the first reader would: all books.
const books = restored.core.snapshot().books.length;
const readyMs = performance.now();
const { core, snapshotSeq } = restored;
const line = {
  modulesMs,
  readyMs,
  seq: core.seq,
  snapshotSeq,
  books,
  stateHash: core.stateHash(),
  rssMb: process.memoryUsage.rss() / 2 ** 20,
};
process.stdout.write(`${JSON.stringify(line)}\n`);
await restored.close();
