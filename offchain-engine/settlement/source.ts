import type { Hex } from "viem";
import type { BatchSimulatedCommand, BatchSubmittedCommand } from "../../protocol/engine/command.ts";
import type { SignedOrder } from "../../protocol/order.ts";

/** A matched fill on its way to the chain, with both signed orders. */
export interface SettlementFill {
  fillSeq: number;
  /** When it was matched. */
  timeMs: number;
  takerHash: Hex;
  taker: SignedOrder;
  makerHash: Hex;
  maker: SignedOrder;
  quantityLots: number;
  yesPriceTicks: number;
}

/** What settlement reads of the engine. All of it is durable: nothing here may vanish in a crash. */
export interface SettlementSource {
  /** Up to `max` unsettled fills after `afterFillSeq`, in the order of `fillSeq`. */
  nextFills(afterFillSeq: number, max: number): readonly SettlementFill[];
  /** The journal's end, which covers every fill that `nextFills` has given so far. */
  journalHead(): { seq: number; hash: Hex };
  /** The last batch whose settlement the engine has taken from the chain, or from its simulation. */
  lastBatchId(): number;
}

/** The engine's door for settlement's reports; resolves once the report is durable. */
export type SubmitReport = (report: BatchSubmittedCommand | BatchSimulatedCommand) => Promise<void>;
