/** One thing that the audit demands: how often it held, and the first place where it did not. */
export class Check {
  readonly name: string;
  /** What was looked at, held or not. */
  count = 0;
  failures = 0;
  /** The first divergence, in a sentence that names its place. */
  first: string | null = null;
  /** What the count counts, and what else is to be said. */
  note: string;

  constructor(name: string, note: string) {
    this.name = name;
    this.note = note;
  }

  pass(count = 1): void {
    this.count += count;
  }

  fail(sentence: string): void {
    this.count++;
    this.failures++;
    this.first ??= sentence;
  }

  /** Counts one thing, as a divergence when there is a sentence. */
  take(sentence: string | null): void {
    if (sentence === null) this.pass();
    else this.fail(sentence);
  }

  get ok(): boolean {
    return this.failures === 0;
  }

  /** A line for people. */
  toString(): string {
    const head = `${this.ok ? "ok  " : "FAIL"} ${this.name.padEnd(10)} ${this.count} ${this.note}`;
    return this.ok ? head : `${head}; ${this.failures} diverge, first: ${this.first}`;
  }
}
