import { decodeFunctionResult, hexToBytes } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { SkippedFill } from "../../protocol/engine/command.ts";
import type { ChainClient } from "../chain/client.ts";
import type { PreparedBatch } from "./batch-store.ts";
import type { ImpliedState } from "./implied-state.ts";

/**
 * Executes a batch against the exchange's code, on top of the implied state and without sending it, and gives
 * the fills that it would skip.
 * @throws viem's errors: `refusalOf` tells the exchange's refusal from a silent chain.
 */
export async function simulateBatch(
  client: ChainClient,
  { exchange }: Deployment,
  batch: PreparedBatch,
  implied: ImpliedState,
): Promise<SkippedFill[]> {
  const { data = "0x" } = await client.call({
    account: implied.operator,
    to: exchange,
    data: batch.calldata,
    blockNumber: implied.blockNumber,
    stateOverride: [{ address: exchange, stateDiff: implied.slots }],
  });
  const outcomes = decodeFunctionResult({ abi: exchangeAbi, functionName: "settle", data });
  return [...hexToBytes(outcomes)].flatMap((reason, fillIndex) =>
    reason === 0 ? [] : [{ fillIndex, reason }],
  );
}
