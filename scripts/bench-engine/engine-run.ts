import type { StreamFacts } from "./command-stream.ts";

/** An engine under measurement, fed from one stream. */
export interface EngineRun {
  /** Applies the commands from `first` up to but without `end`. */
  run(first: number, end: number): void;
  /** What the chain's commands do between orders, when it is due; `run` does it too, less often. */
  settle?(): void;
  /** What it made of the stream; null where the engine cannot tell. */
  facts(): Partial<StreamFacts>;
  /** Bytes that one resting order takes, counted from the sizes of its tables; null when unknown. */
  bytesPerOrder?(): number;
}
