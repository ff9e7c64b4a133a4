import type { BookLevel } from "./engine/view.ts";

/** So many levels of each side are in a checksum. */
export const BOOK_CHECKSUM_DEPTH = 10;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const ZERO = 48;
const COLON = 58;
const COMMA = 44;
/** Of the largest safe integer. */
const MAX_DIGITS = 16;

/**
 * A book's checksum, made level by level: CRC-32 (IEEE) over `price:quantity` of the ten best bids, best first,
 * then the ten best asks, best first, all joined by `,`. Empty book: the CRC-32 of the empty string, 0.
 */
export class BookDigest {
  #crc = -1;
  #isEmpty = true;
  /** Of one number, the last one first. */
  readonly #digits = new Uint8Array(MAX_DIGITS);

  /** The next level; a non-negative safe integer each. */
  add(price: number, quantity: number): void {
    if (!this.#isEmpty) this.#addByte(COMMA);
    this.#isEmpty = false;
    this.#addDecimal(price);
    this.#addByte(COLON);
    this.#addDecimal(quantity);
  }

  /** The checksum of what was added, unsigned; begins anew. */
  take(): number {
    const checksum = ~this.#crc >>> 0;
    this.#crc = -1;
    this.#isEmpty = true;
    return checksum;
  }

  #addDecimal(value: number): void {
    const digits = this.#digits;
    let rest = value;
    let count = 0;
    do {
      const shorter = Math.floor(rest / 10);
      digits[count++] = rest - shorter * 10;
      rest = shorter;
    } while (rest > 0);
    while (count > 0) this.#addByte(ZERO + (digits[--count] as number));
  }

  #addByte(byte: number): void {
    this.#crc = (TABLE[(this.#crc ^ byte) & 0xff] as number) ^ (this.#crc >>> 8);
  }
}

/** The checksum of a book whose levels are sorted, best first; see `BookDigest`. */
export function bookChecksum(bids: readonly BookLevel[], asks: readonly BookLevel[]): number {
  const digest = new BookDigest();
  for (const side of [bids, asks]) {
    for (const [price, quantity] of side.slice(0, BOOK_CHECKSUM_DEPTH)) digest.add(price, quantity);
  }
  return digest.take();
}
