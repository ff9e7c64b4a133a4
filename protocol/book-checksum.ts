import type { BookLevel } from "./engine/view.ts";

const DEPTH = 10;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE) of ASCII text, unsigned. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc = (TABLE[(crc ^ text.charCodeAt(i)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * Checksum of a book: CRC-32 over `price:quantity` of the ten best bids, best first, then the ten
 * best asks, best first, all joined by `,`. Empty book: the CRC-32 of the empty string, 0.
 */
export function bookChecksum(bids: readonly BookLevel[], asks: readonly BookLevel[]): number {
  const levels = [...bids.slice(0, DEPTH), ...asks.slice(0, DEPTH)];
  return crc32(levels.map(([price, quantity]) => `${price}:${quantity}`).join(","));
}
