import type { z } from "zod";

/** How one stream's frames become a state. Pure: the same frames give the same state. */
export interface StreamDefinition<
  State,
  Snapshot extends z.ZodType<{ seq: number }> = z.ZodType<{ seq: number }>,
  Frame extends z.ZodType<{ seq: number; prev: number }> = z.ZodType<{ seq: number; prev: number }>,
> {
  /** For example `book:eth-75-up`. */
  stream: string;
  needsSession: boolean;
  snapshotSchema: Snapshot;
  frameSchema: Frame;
  /**
   * The state that a snapshot tells; null when the snapshot contradicts itself. `previous` is what
   * was known before, for parts that no snapshot tells.
   */
  begin(snapshot: z.output<Snapshot>, previous: State | null): State | null;
  /** The state after a frame; null when the result contradicts the frame, as by its checksum. */
  apply(state: State, frame: z.output<Frame>): State | null;
}
