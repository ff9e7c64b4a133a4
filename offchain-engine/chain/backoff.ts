const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** How long to wait after `failures` failures in a row (1 or more): doubling from 100 ms to 5 s. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
}
