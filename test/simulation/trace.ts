import { createHash } from "node:crypto";

/** What happened, line by line: all of it as a hash, the end of it as text. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #listener: ((line: string) => void) | undefined;
  #lines: string[] = [];
  #keep: number;
  count = 0;

  /** `keep` lines at least are remembered; `listener` hears each. */
  constructor(keep: number, listener?: (line: string) => void) {
    this.#keep = keep;
    this.#listener = listener;
  }

  add(line: string): void {
    this.count++;
    this.#hash.update(line).update("\n");
    this.#listener?.(line);
    this.#lines.push(line);
    if (this.#lines.length >= 2 * this.#keep) this.#lines = this.#lines.slice(-this.#keep);
  }

  tail(): string[] {
    return this.#lines.slice(-this.#keep);
  }

  /** SHA-256 of all lines; asked for once, at the end. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
