import { StartError } from "../platform/start-error.ts";
import { ForeignBatchError } from "./edge/foreign-batch-error.ts";
import { ReplacedMarketError } from "./edge/replaced-market-error.ts";

/** What an operator has to mend gets a sentence in place of the core's assertion; any other error is itself. */
export function explainFailure(error: Error): Error {
  const sentence = sentenceOf(error);
  if (sentence === null) return error;
  return new StartError("deployment_mismatch", sentence, { cause: error });
}

function sentenceOf(error: Error): string | null {
  if (error instanceof ForeignBatchError) {
    return (
      `Batch ${error.batchId} was settled by another engine: this one has no such batch. Stop the other engine, ` +
      "and start with the database that belongs to the exchange."
    );
  }
  if (error instanceof ReplacedMarketError) {
    return (
      `After a reorganisation, market ${error.marketId} is not the one any more in which orders had met: they would ` +
      "settle in another. Go on with the chain that has it, or close the exchange: its users leave by the exits on chain."
    );
  }
  return null;
}
