import { decodeFunctionData, encodeFunctionData, getAbiItem, type Hex } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { type Batch, decodeBatch, encodeBatch } from "../../protocol/settlement/batch.ts";

/** Alone, since viem hashes every signature of an ABI to find a call's function. */
const SETTLE_ABI = [getAbiItem({ abi: exchangeAbi, name: "settle" })] as const;

/** The call of `settle` with a batch. */
export function settleCalldata(batch: Batch): Hex {
  return encodeFunctionData({
    abi: SETTLE_ABI,
    functionName: "settle",
    args: [encodeBatch(batch)],
  });
}

/** The batch inside a call of `settle`. */
export function batchOfCalldata(calldata: Hex) {
  const { args } = decodeFunctionData({ abi: SETTLE_ABI, data: calldata });
  return decodeBatch(args[0]);
}
