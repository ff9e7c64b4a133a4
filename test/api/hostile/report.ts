/** Failures that are kept in full; further ones are only counted. */
const KEPT_MAX = 50;

/** What came of a run. */
export class HostileReport {
  cases = 0;
  readonly byStatus: Record<string, number> = {};
  readonly byCode: Record<string, number> = {};
  readonly byRoute: Record<string, number> = {};
  readonly failures: string[] = [];
  failed = 0;
  readonly #onFailure: (sentence: string) => void;

  constructor(onFailure: (sentence: string) => void = () => {}) {
    this.#onFailure = onFailure;
  }

  /** One request's answer, by its route, and the codes in it; status 0: none. */
  count(route: string, status: number, codes: readonly string[]): void {
    this.#add(route, status === 0 ? "none" : `${Math.floor(status / 100)}xx`, codes);
  }

  /** One frame to `/ws`; what comes of it is told by code alone. */
  countFrame(): void {
    this.#add("/ws", "frames", []);
  }

  #add(route: string, statusClass: string, codes: readonly string[]): void {
    this.cases += 1;
    this.byStatus[statusClass] = (this.byStatus[statusClass] ?? 0) + 1;
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
    for (const code of codes) this.byCode[code] = (this.byCode[code] ?? 0) + 1;
  }

  fail(sentence: string): void {
    this.failed += 1;
    this.#onFailure(sentence);
    if (this.failures.length < KEPT_MAX) this.failures.push(sentence);
  }
}
