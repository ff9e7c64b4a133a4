import type { Hex } from "viem";
import type {
  BatchSimulatedCommand,
  BatchSubmittedCommand,
} from "../../protocol/engine/command.ts";
import type { UnsettledFill } from "../edge/unsettled-fills.ts";

/** What settlement reads of the engine. All of it is durable: nothing here may vanish in a crash. */
export interface SettlementSource {
  /** Up to `max` unsettled fills after `afterFillSeq`, in the order of `fillSeq`. */
  nextFills(afterFillSeq: number, max: number): readonly UnsettledFill[];
  /** The journal's end, which covers every fill that `nextFills` has given so far. */
  journalHead(): { seq: number; hash: Hex };
  /** The last batch whose settlement the engine has taken from the chain, or from its simulation. */
  lastBatchId(): number;
  /** Whether batches of ours wait for this one, an empty one of somebody else that was undone. */
  awaitsEmptyBatch(batchId: number): boolean;
}

/** The engine's door for settlement's reports; resolves once the report is durable. */
export type SubmitReport = (report: BatchSubmittedCommand | BatchSimulatedCommand) => Promise<void>;
