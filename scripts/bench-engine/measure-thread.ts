/** One engine over one stream, in a thread of its own, so that no engine warms or litters another's heap. */
import { parentPort, workerData } from "node:worker_threads";
import { inlineDeeply } from "../../offchain-engine/inline-deeply.ts";
import type { CommandStream } from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";
import { measureEngine } from "./measure-engine.ts";
import { createBookRun } from "./run-book.ts";
import { createCoreRun } from "./run-core.ts";
import { createFloorRun } from "./run-floor.ts";
import { createPeerRun } from "./run-peer.ts";

/** What the thread is told. */
export interface MeasureTask {
  engine: EngineName;
  stream: CommandStream;
  passes: number;
  timed: number;
}

export type EngineName = "floor" | "book" | "core" | "peer";

const ENGINES: Record<EngineName, (stream: CommandStream) => EngineRun> = {
  floor: createFloorRun,
  book: (stream) => createBookRun(stream, false),
  core: (stream) => createCoreRun(stream, false),
  peer: createPeerRun,
};

// As the engine does when it starts; every engine here runs with it.
inlineDeeply();
const { engine, stream, passes, timed } = workerData as MeasureTask;
parentPort?.postMessage(measureEngine(() => ENGINES[engine](stream), stream, { passes, timed }));
