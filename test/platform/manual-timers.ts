import type { Timers } from "../../platform/timers.ts";

/** Time that passes when a test says so. */
export class ManualTimers implements Timers {
  #elapsedMs = 0;
  #pending: { atMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.#elapsedMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#elapsedMs + delayMs, callback };
    this.#pending.push(timer);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== timer);
    };
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }

  /** Time passes, and what becomes due meanwhile is late. */
  standStill(forMs: number): void {
    this.#elapsedMs += forMs;
  }

  /** Calls what is due by then, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs;
    for (;;) {
      const [next] = this.#pending
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.callback();
    }
    this.#elapsedMs = untilMs;
  }
}
