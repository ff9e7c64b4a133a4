import { CoreAssertionError } from "../core/assert.ts";

/** The chain settled a batch that this engine did not send: another one works on the same exchange. */
export class ForeignBatchError extends CoreAssertionError {
  override name = "ForeignBatchError";
  readonly batchId: number;

  constructor(batchId: number) {
    super("the chain settles the batch that was sent");
    this.batchId = batchId;
  }
}
