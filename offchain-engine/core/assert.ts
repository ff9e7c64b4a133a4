/** A broken invariant of the core: a bug. The process stops on it; nothing catches it to go on. */
export class CoreAssertionError extends Error {
  override name = "CoreAssertionError";
}

/** @throws CoreAssertionError when `condition` is false. Stays on in production. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new CoreAssertionError(invariant);
}

/** `value`, which an invariant says is there. @throws CoreAssertionError when it is not. */
export function present<T>(value: T | undefined | null, invariant: string): T {
  if (value === undefined || value === null) throw new CoreAssertionError(invariant);
  return value;
}
