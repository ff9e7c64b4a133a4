import type { SupervisedProcess } from "./supervised-process.ts";

/** Two apis behind one address as one: one of them is hurt, in turn, and the other goes on. */
export function apiReplicas(one: SupervisedProcess, other: SupervisedProcess): SupervisedProcess {
  const both = [one, other] as const;
  let kills = 0;

  return {
    name: one.name,
    isReady: () => both.some((api) => api.isReady()),
    restarts: () => one.restarts() + other.restarts(),
    tail: () => both.map((api) => api.tail()).join("\n"),
    async ready(timeoutMs) {
      await Promise.all(both.map((api) => api.ready(timeoutMs)));
    },
    kill: () => (kills++ % 2 === 0 ? one : other).kill(),
    freeze: () => one.freeze(),
    thaw: () => one.thaw(),
    async stop() {
      await Promise.all(both.map((api) => api.stop()));
    },
  };
}
