/** A promise of the exchange that was seen broken: the run ends with it, and with the seed. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** Which promise, in a word or two. */
  readonly promise: string;

  constructor(promise: string, sentence: string) {
    super(`${promise}: ${sentence}`);
    this.promise = promise;
  }
}

/** @throws Violation unless `holds`; the sentence is made only then. */
export function promised(
  holds: boolean,
  promise: string,
  sentence: string | (() => string),
): asserts holds {
  if (!holds) throw new Violation(promise, typeof sentence === "string" ? sentence : sentence());
}
