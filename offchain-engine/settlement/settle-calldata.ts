import { decodeFunctionData, encodeFunctionData, type Hex } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { type Batch, decodeBatch, encodeBatch } from "../../protocol/settlement/batch.ts";

/** The call of `settle` with a batch. */
export function settleCalldata(batch: Batch): Hex {
  return encodeFunctionData({
    abi: exchangeAbi,
    functionName: "settle",
    args: [encodeBatch(batch)],
  });
}

/** The batch inside a call of `settle`. */
export function batchOfCalldata(calldata: Hex) {
  const { args } = decodeFunctionData({ abi: exchangeAbi, data: calldata });
  return decodeBatch((args as readonly [Hex])[0]);
}
