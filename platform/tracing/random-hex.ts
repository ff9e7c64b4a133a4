import { randomFillSync } from "node:crypto";

/** Bytes drawn at once: a draw costs far more than its bytes do. */
const DRAWN = 8_192;

const block = Buffer.allocUnsafe(DRAWN);
let used = DRAWN;

/** Random bytes in hex, for ids that need to be unique and not secret: what is drawn waits in memory. */
export function randomHex(bytes: number): string {
  if (used + bytes > DRAWN) {
    randomFillSync(block);
    used = 0;
  }
  used += bytes;
  return block.toString("hex", used - bytes, used);
}
