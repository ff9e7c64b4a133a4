import { Worker } from "node:worker_threads";
import type { TakenState } from "./write-snapshot.ts";

/** A snapshot that is being written on a thread of its own. */
export interface SnapshotThread {
  /** Resolves with the state hash once it is stored; rejects when it is not. */
  written: Promise<string>;
  /** Ends it, stored or not. */
  stop(): Promise<void>;
}

/** Starts to write a state whose bytes lie in shared memory and stay as they are until it has ended. */
export function startSnapshotThread(databaseUrl: string, taken: TakenState): SnapshotThread {
  const worker = new Worker(new URL("./snapshot-worker.ts", import.meta.url), {
    workerData: { databaseUrl, taken },
  });
  const written = new Promise<string>((resolve, reject) => {
    let stateHash: string | null = null;
    worker.once("message", (hash: string) => {
      stateHash = hash;
    });
    worker.once("error", reject);
    worker.once("exit", (code) => {
      if (stateHash === null) reject(new Error(`the thread ended with code ${code}`));
      else resolve(stateHash);
    });
  });
  return { written, stop: async () => void (await worker.terminate()) };
}
