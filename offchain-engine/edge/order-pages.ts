import { assert } from "../core/assert.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** No such record. */
export const NO_RECORD = -1;

/**
 * A record is 192 bytes, three cache lines: its document, which never changes, then where it stands.
 * Byte offsets of the document: the hash, the signature of up to 65 bytes, how long that is.
 */
export const RECORD_BYTES = 192;
export const HASH_AT = 0;
export const HASH_BYTES = 32;
const HASH_INTS = HASH_BYTES / 4;
export const SIGNATURE_AT = 32;
export const SIGNATURE_BYTES_MAX = 65;
export const SIGNATURE_LENGTH_AT = 97;

/** Integers of a record, by their place in it: the order's terms, then account, market, state. */
export const NONCE_HIGH = 25;
export const NONCE_LOW = 26;
export const PRICE = 27;
export const QUANTITY = 28;
/** As `packTerms` packs them. */
export const PACKED_TERMS = 29;
export const EXPIRY_LOW = 30;
/** Who signed: a place among the delegates' addresses, or `SIGNED_BY_MAKER`. */
export const SIGNER = 31;
export const ACCOUNT = 32;
export const MARKET = 33;
/** Lots, unsigned. */
export const FILLED = 34;
/** Where it rests in the core; `NO_SLOT` once it does not. Of a free record: the next free one. */
export const SLOT = 35;
export const STATUS = 36;
/** The `EndReason` and one; 0 for none. */
export const REASON = 37;

/** Doubles of a record, by their place in it. */
/** The order's number, from 1; 0 while the record is free. */
export const ORDER_ID = 19;
export const CREATED_MS = 20;
export const UPDATED_MS = 21;
/** The ends of its list of remembered fills; 0 for none. */
export const FIRST_FILL = 22;
export const LAST_FILL = 23;

const PAGE_SHIFT = 14;
const PAGE_RECORDS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_RECORDS - 1;
const INTS_EACH = RECORD_BYTES / 4;
const DOUBLES_EACH = RECORD_BYTES / 8;

interface Page {
  bytes: Buffer;
  ints: Int32Array;
  doubles: Float64Array;
}

/**
 * Room for orders' records, by index, in pages, so that growing copies nothing. Freed records are
 * taken again first.
 */
export class OrderPages {
  readonly #pages: Page[] = [];
  #used = 0;
  #free = NO_RECORD;
  #live = 0;

  get live(): number {
    return this.#live;
  }

  /** Indices of records lie below it. */
  get end(): number {
    return this.#used;
  }

  /** A blank record. */
  take(): number {
    this.#live++;
    const record = this.#free;
    if (record !== NO_RECORD) {
      this.#free = this.int(record, SLOT);
      this.#page(record).bytes.fill(0, this.#byteAt(record), this.#byteAt(record) + RECORD_BYTES);
      return record;
    }
    if (this.#used === this.#pages.length << PAGE_SHIFT) this.#addPage();
    return this.#used++;
  }

  free(record: number): void {
    this.setDouble(record, ORDER_ID, 0);
    this.setInt(record, SLOT, this.#free);
    this.#free = record;
    this.#live--;
  }

  int(record: number, field: number): number {
    return this.#page(record).ints[(record & PAGE_MASK) * INTS_EACH + field] as number;
  }

  setInt(record: number, field: number, value: number): void {
    this.#page(record).ints[(record & PAGE_MASK) * INTS_EACH + field] = value;
  }

  double(record: number, field: number): number {
    return this.#page(record).doubles[(record & PAGE_MASK) * DOUBLES_EACH + field] as number;
  }

  setDouble(record: number, field: number, value: number): void {
    this.#page(record).doubles[(record & PAGE_MASK) * DOUBLES_EACH + field] = value;
  }

  byte(record: number, at: number): number {
    return this.#page(record).bytes[this.#byteAt(record) + at] as number;
  }

  setByte(record: number, at: number, value: number): void {
    this.#page(record).bytes[this.#byteAt(record) + at] = value;
  }

  hasHash(record: number, hash: Int32Array): boolean {
    for (let i = 0; i < HASH_INTS; i++) if (this.int(record, i) !== hash[i]) return false;
    return true;
  }

  /** Lower-case hex of some of its bytes. */
  hex(record: number, at: number, byteLength: number): string {
    const from = this.#byteAt(record) + at;
    return this.#page(record).bytes.toString("hex", from, from + byteLength);
  }

  /** Writes hex digits; gives how many bytes they are. */
  writeHex(record: number, at: number, digits: string, maxBytes: number): number {
    assert(digits.length <= 2 * maxBytes, "a document's bytes fit their place");
    return this.#page(record).bytes.write(digits, this.#byteAt(record) + at, maxBytes, "hex");
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#used);
    out.figure(this.#free);
    out.figure(this.#live);
    for (const [i, { bytes }] of this.#pages.entries()) {
      const records = Math.min(PAGE_RECORDS, this.#used - (i << PAGE_SHIFT));
      out.column(bytes.subarray(0, records * RECORD_BYTES));
    }
  }

  load(from: SnapshotReader): void {
    this.#used = from.figure();
    this.#free = from.figure();
    this.#live = from.figure();
    while (this.#pages.length << PAGE_SHIFT < this.#used) from.into(this.#addPage().bytes);
  }

  #page(record: number): Page {
    return this.#pages[record >> PAGE_SHIFT] as Page;
  }

  #byteAt(record: number): number {
    return (record & PAGE_MASK) * RECORD_BYTES;
  }

  #addPage(): Page {
    const buffer = new ArrayBuffer(PAGE_RECORDS * RECORD_BYTES);
    const page = {
      bytes: Buffer.from(buffer),
      ints: new Int32Array(buffer),
      doubles: new Float64Array(buffer),
    };
    this.#pages.push(page);
    return page;
  }
}
