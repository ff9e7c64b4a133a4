import { SettlementHalt } from "./settlement.ts";

/** A batch of that number is durable already, with other bytes: nothing was changed. */
export class BatchConflict extends SettlementHalt {
  readonly batchId: number;

  constructor(batchId: number) {
    super(
      `Batch ${batchId} is in the database already, with other contents: restore the database.`,
    );
    this.name = "BatchConflict";
    this.batchId = batchId;
  }
}
