import type { Address, Hex } from "viem";
import type { SkippedFill } from "../../protocol/engine/command.ts";
import type { ChainClient } from "../chain/client.ts";
import { decodeLogs, WATCHED_TOPICS } from "../chain/decode-logs.ts";

/** What a mined transaction did with its batch. */
export interface MinedBatch {
  transactionHash: Hex;
  gasUsed: number;
  skipped: SkippedFill[];
}

/**
 * The one of a batch's transactions that settled it, or null when none of them did as far as the node knows.
 * @throws viem's errors when the chain does not answer.
 */
export async function findMinedBatch(
  client: ChainClient,
  exchange: Address,
  hashes: readonly Hex[],
): Promise<MinedBatch | null> {
  const receipts = await readReceipts(client, hashes);
  const receipt = receipts.find(({ status }) => status === "0x1");
  if (!receipt) return null;
  const logs = receipt.logs.filter(
    ({ address, topics }) =>
      address.toLowerCase() === exchange.toLowerCase() && WATCHED_TOPICS.includes(topics[0] as Hex),
  );
  const { transactionHash } = receipt;
  const events = decodeLogs(logs.map(({ topics, data }) => ({ topics, data, transactionHash })));
  return {
    transactionHash,
    gasUsed: Number(receipt.gasUsed),
    skipped: events.flatMap((event) => (event.type === "batch_settled" ? event.skipped : [])),
  };
}

/** The receipts of those transactions that were mined. */
export async function readReceipts(client: ChainClient, hashes: readonly Hex[]) {
  const receipts = await Promise.all(
    hashes.map((hash) => client.request({ method: "eth_getTransactionReceipt", params: [hash] })),
  );
  return receipts.filter((receipt) => receipt !== null);
}
