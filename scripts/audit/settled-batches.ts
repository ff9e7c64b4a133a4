import {
  type Address,
  decodeEventLog,
  encodeEventTopics,
  type Hex,
  hexToNumber,
  numberToHex,
} from "viem";
import type { ChainClient } from "../../offchain-engine/chain/client.ts";
import { batchOfCalldata } from "../../offchain-engine/settlement/settle-calldata.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { SignedOrder } from "../../protocol/order.ts";
import type { Batch } from "../../protocol/settlement/batch.ts";
import { decodeFillData, type FillData } from "../../protocol/settlement/fill-data.ts";
import { scanBlocks } from "./scan-blocks.ts";

/** One fill of a batch as the chain has it. */
export interface SettledFill {
  batchId: number;
  /** From 0. */
  fillIndex: number;
  taker: SignedOrder;
  maker: SignedOrder;
  quantityLots: number;
  yesPriceTicks: number;
  /** What `FillSettled` told; null when the contract skipped the fill. */
  data: FillData | null;
}

/** One `BatchSettled`, with what its calldata carried. */
export interface SettledBatch {
  batchId: number;
  blockNumber: number;
  journalSeq: number;
  journalHash: Hex;
  fills: SettledFill[];
}

interface SettlementLog {
  blockNumber: Hex;
  logIndex: Hex;
  transactionHash: Hex;
  topics: [Hex, ...Hex[]];
  data: Hex;
}

const TOPICS = (["FillSettled", "FillSkipped", "BatchSettled"] as const).map(
  (eventName) => encodeEventTopics({ abi: exchangeAbi, eventName })[0] as Hex,
);

/**
 * Every batch that the exchange settled in these blocks, in order, read from calldata and events.
 * @throws Error when a batch did not come as a plain call of `settle`, so that nobody can read its fills.
 */
export async function* settledBatches(
  client: ChainClient,
  exchange: Address,
  fromBlock: number,
  toBlock: number,
): AsyncGenerator<SettledBatch> {
  const logs = scanBlocks(fromBlock, toBlock, (from, to) => readLogs(client, exchange, from, to));
  // A batch's fills precede its `BatchSettled`, in the order of the batch.
  let settled: FillData[] = [];
  let skipped = new Set<number>();
  for await (const log of logs) {
    const event = decodeEventLog({ abi: exchangeAbi, topics: log.topics, data: log.data });
    if (event.eventName === "FillSettled") settled.push(decodeFillData(event.args.data));
    if (event.eventName === "FillSkipped") skipped.add(event.args.fillIndex);
    if (event.eventName !== "BatchSettled") continue;
    const { journalHash } = event.args;
    const batchId = Number(event.args.batchId);
    const batch = await readBatch(client, batchId, log.transactionHash);
    yield {
      batchId,
      blockNumber: hexToNumber(log.blockNumber),
      journalSeq: Number(event.args.journalSeq),
      journalHash,
      fills: fillsOf(batchId, batch, settled, skipped),
    };
    settled = [];
    skipped = new Set();
  }
}

async function readLogs(
  client: ChainClient,
  address: Address,
  from: number,
  to: number,
): Promise<SettlementLog[]> {
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
  const logs = (await client.request({
    method: "eth_getLogs",
    params: [{ address, topics: [TOPICS], ...range }],
  })) as unknown as SettlementLog[];
  const order = (a: SettlementLog, b: SettlementLog) =>
    hexToNumber(a.blockNumber) - hexToNumber(b.blockNumber) ||
    hexToNumber(a.logIndex) - hexToNumber(b.logIndex);
  return logs.sort(order);
}

async function readBatch(client: ChainClient, batchId: number, hash: Hex): Promise<Batch> {
  const transaction = await client.request({ method: "eth_getTransactionByHash", params: [hash] });
  try {
    if (transaction === null) throw new Error("the node does not have it");
    const batch = batchOfCalldata(transaction.input);
    if (Number(batch.batchId) !== batchId) throw new Error("it carries another batch");
    return batch;
  } catch (cause) {
    throw new Error(`batch ${batchId} cannot be read out of transaction ${hash}`, { cause });
  }
}

function fillsOf(
  batchId: number,
  batch: Batch,
  settled: readonly FillData[],
  skipped: ReadonlySet<number>,
): SettledFill[] {
  let next = 0;
  return batch.fills.map(({ takerIndex, makerIndex, quantityLots, yesPriceTicks }, fillIndex) => ({
    batchId,
    fillIndex,
    taker: batch.orders[takerIndex] as SignedOrder,
    maker: batch.orders[makerIndex] as SignedOrder,
    quantityLots,
    yesPriceTicks,
    data: skipped.has(fillIndex) ? null : (settled[next++] ?? null),
  }));
}
