import { Worker } from "node:worker_threads";
import type { Outcome } from "./simulation.ts";

/** A run lets go of nearly all that it makes: in a large nursery, less of it is copied before. */
const NURSERY_MB = 64;

/**
 * Runs the seeds `from` … `from + seeds − 1` on so many threads, which share nothing: a seed has its outcome wherever
 * it runs. `onOutcome` hears each as it ends, and returns false to end all.
 */
export async function runSeeds(options: {
  from: number;
  seeds: number;
  threads: number;
  onOutcome: (outcome: Outcome) => boolean;
}): Promise<void> {
  const { from, seeds, threads, onOutcome } = options;
  const end = from + seeds;
  const workers = Array.from({ length: threads }, (_, index) => {
    const workerData = { first: from + index, end, step: threads };
    const resourceLimits = { maxYoungGenerationSizeMb: NURSERY_MB };
    return new Worker(new URL("./seed-worker.ts", import.meta.url), { workerData, resourceLimits });
  });
  const stop = () => Promise.all(workers.map((worker) => worker.terminate()));
  const ends = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.on("message", (outcome: Outcome) => {
          if (!onOutcome(outcome)) void stop();
        });
        worker.on("error", reject);
        worker.on("exit", () => resolve());
      }),
  );
  try {
    await Promise.all(ends);
  } finally {
    await stop();
  }
}
