import { Worker } from "node:worker_threads";
import type { RecordVerifierOptions } from "./record-verifier.ts";
import type { RecoveryImplementation } from "./recovery.ts";

/** One worker thread, as the pool sees it. */
export interface VerifierThread {
  /** Resolves when it can verify; never, when it ends before. */
  ready: Promise<RecoveryImplementation>;
  /** Sends requests; the buffer is gone for the sender. Answers come in the same order. */
  send(requests: Uint8Array<ArrayBuffer>): void;
  stop(): Promise<void>;
}

/** Starts a thread. `onEnd` is called once, with the error that ended it or null when it was stopped. */
export function startVerifierThread(
  options: RecordVerifierOptions,
  handlers: {
    onAnswers: (answers: Uint8Array) => void;
    onEnd: (error: Error | null) => void;
  },
): VerifierThread {
  const worker = new Worker(new URL("./verifier-worker.ts", import.meta.url), {
    workerData: options,
  });
  const ready = Promise.withResolvers<RecoveryImplementation>();
  let error: Error | null = null;
  worker.once("message", (implementation: RecoveryImplementation) => {
    worker.on("message", handlers.onAnswers);
    ready.resolve(implementation);
  });
  worker.on("error", (cause) => {
    error = cause instanceof Error ? cause : new Error(String(cause));
  });
  worker.once("exit", (code) =>
    handlers.onEnd(error ?? (code === 0 ? null : new Error(`exit ${code}`))),
  );
  return {
    ready: ready.promise,
    send: (requests) => worker.postMessage(requests, [requests.buffer]),
    stop: async () => void (await worker.terminate()),
  };
}
