import { assert } from "./assert.ts";

/** A growing column of exact integers (within ±(2⁵³−1)); absent entries read as 0. */
export class IntegerColumn {
  #values = new Float64Array(64);

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    assert(Number.isSafeInteger(value), "a ledger figure is an exact integer");
    if (index >= this.#values.length) this.#grow(index);
    this.#values[index] = value;
  }

  add(index: number, delta: number): void {
    this.set(index, this.get(index) + delta);
  }

  #grow(index: number): void {
    const wider = new Float64Array(Math.max(index + 1, this.#values.length * 2));
    wider.set(this.#values);
    this.#values = wider;
  }
}
