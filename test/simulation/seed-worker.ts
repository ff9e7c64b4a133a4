import { parentPort, workerData } from "node:worker_threads";
import { simulate } from "./simulation.ts";

/** Runs every `step`-th seed from `first` on, before `end`, and posts each outcome. */
const { first, end, step } = workerData as { first: number; end: number; step: number };
for (let seed = first; seed < end; seed += step) {
  parentPort?.postMessage(await simulate({ seed }));
}
