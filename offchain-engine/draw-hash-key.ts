import { randomInt } from "node:crypto";
import type { HashKey } from "./core/keyed-hash.ts";

/** A key of its own for each process that takes what strangers sent. */
export function drawHashKey(): HashKey {
  return { first: randomInt(2 ** 32), second: randomInt(2 ** 32) };
}
