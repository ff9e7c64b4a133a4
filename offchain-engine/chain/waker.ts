/** A loop's rest: ends after its time, or at once when somebody wakes it. */
export interface Waker {
  /** Resolves after `timeoutMs`, or earlier on `wake`. A wake while nobody rests counts for the next rest. */
  rest(timeoutMs: number): Promise<void>;
  wake(): void;
}

export function createWaker(): Waker {
  let woken = false;
  let end: (() => void) | null = null;

  return {
    rest(timeoutMs) {
      if (woken) {
        woken = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), timeoutMs);
        end = () => {
          clearTimeout(timer);
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
