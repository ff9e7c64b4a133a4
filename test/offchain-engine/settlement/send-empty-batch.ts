import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { settleCalldata } from "../../../offchain-engine/settlement/settle-calldata.ts";
import { type ExchangeWorld, OPERATOR_KEY } from "./exchange-world.ts";

/** Somebody else who has the operator's key takes a batch's number, for no fills. */
export async function sendEmptyBatch(world: ExchangeWorld, batchId: number): Promise<void> {
  const journalHash = `0x${"00".repeat(32)}` as const;
  const anchor = { batchId: BigInt(batchId), journalSeq: 0n, journalHash };
  await createWalletClient({
    account: privateKeyToAccount(OPERATOR_KEY),
    chain: hardhat,
    transport: http(world.chain.rpcUrl),
  }).sendTransaction({
    to: world.deployment.exchange,
    data: settleCalldata({ ...anchor, orders: [], fills: [] }),
  });
}
