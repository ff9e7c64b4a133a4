import { strict as assert } from "node:assert";
import { parentPort, workerData } from "node:worker_threads";
import { createRecordVerifier } from "./record-verifier.ts";

/** A thread that answers each message of requests with one of answers, in order. */
assert.ok(parentPort, "runs as a worker thread");
const port = parentPort;
const verifier = await createRecordVerifier(workerData);
port.on("message", (requests: Uint8Array) => {
  const answers = verifier.verify(requests);
  port.postMessage(answers, [answers.buffer]);
});
port.postMessage(verifier.implementation);
