import { assert } from "../core/assert.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

const ID_BYTES = 64;
const PAGE_SHIFT = 14;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;

/**
 * The client id of each record that has one: up to 64 characters of one byte. A page of records comes to
 * be when the first of them has an id, so that whoever names no orders pays nothing.
 */
export class ClientIdColumn {
  #pages: (Buffer | undefined)[] = [];

  get(record: number): string | null {
    const page = this.#pages[record >> PAGE_SHIFT];
    if (!page) return null;
    const from = (record & PAGE_MASK) * ID_BYTES;
    let end = from;
    while (end < from + ID_BYTES && page[end] !== 0) end++;
    return end === from ? null : page.toString("latin1", from, end);
  }

  set(record: number, clientId: string | null): void {
    const at = record >> PAGE_SHIFT;
    if (clientId === null && !this.#pages[at]) return;
    const page = this.#pages[at] ?? Buffer.alloc(ID_BYTES << PAGE_SHIFT);
    this.#pages[at] = page;
    const from = (record & PAGE_MASK) * ID_BYTES;
    page.fill(0, from, from + ID_BYTES);
    if (clientId === null) return;
    assert(clientId.length <= ID_BYTES, "a client id has at most 64 characters");
    page.write(clientId, from, "latin1");
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#pages.length);
    for (let i = 0; i < this.#pages.length; i++) {
      out.column(this.#pages[i] ?? new Uint8Array(0));
    }
  }

  load(from: SnapshotReader): void {
    const pages = from.figure();
    for (let i = 0; i < pages; i++) {
      const bytes = from.bytes();
      this.#pages[i] = bytes.length === 0 ? undefined : Buffer.from(bytes.buffer);
    }
  }
}
