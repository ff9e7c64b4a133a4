import { AgonError } from "../agon-error.ts";

interface Waiter<State> {
  check: (state: State) => boolean;
  fail: (error: AgonError) => void;
}

/** Those who wait until a state meets their condition. Every wait ends: met, failed or out of time. */
export class ConditionWaiters<State> {
  readonly #waiters = new Set<Waiter<State>>();

  /**
   * Resolves with what `condition` returns once that is neither false, null nor undefined.
   * @throws AgonError `condition_timed_out`, or what the stream failed with
   */
  wait<T>(
    current: State | null,
    condition: (state: State) => T | false | null | undefined,
    timeoutMs: number,
  ): Promise<T> {
    // Made here, so that its stack tells who waited.
    const timedOut = new AgonError("condition_timed_out", { details: { timeoutMs } });
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        act();
      };
      const waiter: Waiter<State> = {
        check: (state) => {
          try {
            const met = condition(state);
            if (met === false || met === null || met === undefined) return false;
            finish(() => resolve(met));
          } catch (error) {
            finish(() => reject(error));
          }
          return true;
        },
        fail: (error) => finish(() => reject(error)),
      };
      const timer = setTimeout(() => waiter.fail(timedOut), timeoutMs);
      this.#waiters.add(waiter);
      if (current !== null) waiter.check(current);
    });
  }

  changed(state: State): void {
    for (const waiter of [...this.#waiters]) waiter.check(state);
  }

  failed(error: AgonError): void {
    for (const waiter of [...this.#waiters]) waiter.fail(error);
  }
}
