import type { SupervisedProcess } from "./supervised-process.ts";

/** Two engines, of which one serves and the other waits for its end, as one: what is hurt is who serves. */
export function hotStandby(one: SupervisedProcess, other: SupervisedProcess): SupervisedProcess {
  const both = [one, other];
  let frozen: SupervisedProcess | null = null;
  const serving = () => both.find((engine) => engine.isReady());

  return {
    name: one.name,
    isReady: () => serving() !== undefined,
    restarts: () => one.restarts() + other.restarts(),
    tail: () => both.map((engine) => engine.tail()).join("\n"),
    ready: (timeoutMs) => Promise.any(both.map((engine) => engine.ready(timeoutMs))),
    async kill() {
      const hit = serving();
      await Promise.all((hit ? [hit] : both).map((engine) => engine.kill()));
    },
    freeze() {
      frozen = serving() ?? one;
      frozen.freeze();
    },
    thaw() {
      frozen?.thaw();
      frozen = null;
    },
    async stop() {
      await Promise.all(both.map((engine) => engine.stop()));
    },
  };
}
