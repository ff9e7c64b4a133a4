import { systemTimers, type Timers } from "../../platform/timers.ts";

/** A loop's rest: ends after its time, or at once when somebody wakes it. */
export interface Waker {
  /** Resolves after `timeoutMs`, or earlier on `wake`. A wake while nobody rests counts for the next rest. */
  rest(timeoutMs: number): Promise<void>;
  wake(): void;
}

export function createWaker(timers: Timers = systemTimers): Waker {
  let woken = false;
  let end: (() => void) | null = null;

  return {
    rest(timeoutMs) {
      if (woken) {
        woken = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const cancel = timers.after(timeoutMs, () => end?.());
        end = () => {
          cancel();
          end = null;
          resolve();
        };
      });
    },
    wake() {
      if (end) end();
      else woken = true;
    },
  };
}
