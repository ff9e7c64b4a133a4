import { type Address, type Hex, hexToNumber, numberToHex } from "viem";
import type { BlockCommand } from "../../protocol/engine/command.ts";
import type { ChainClient } from "./client.ts";
import { decodeLogs, WATCHED_TOPICS } from "./decode-logs.ts";

interface RpcLog {
  blockNumber: Hex | null;
  blockHash: Hex | null;
  logIndex: Hex | null;
  transactionHash: Hex | null;
  topics: Hex[];
  data: Hex;
}

/**
 * The blocks from `fromBlock` to `toBlock` (both included) in which the exchange emitted something,
 * oldest first, each with its events in log order.
 * @throws viem's errors when the chain does not answer or finds the range too large; an `Error` when
 * the chain was reorganised while it was read. Both mend by reading again.
 */
export async function readBlocks(
  client: ChainClient,
  exchange: Address,
  fromBlock: number,
  toBlock: number,
): Promise<BlockCommand[]> {
  const logs = (await client.request({
    method: "eth_getLogs",
    params: [
      {
        address: exchange,
        topics: [[...WATCHED_TOPICS]],
        fromBlock: numberToHex(fromBlock),
        toBlock: numberToHex(toBlock),
      },
    ],
  })) as RpcLog[];

  const byBlock = new Map<number, RpcLog[]>();
  for (const log of logs) {
    const number = hexToNumber(log.blockNumber as Hex);
    const inBlock = byBlock.get(number);
    if (inBlock) inBlock.push(log);
    else byBlock.set(number, [log]);
  }
  const numbers = [...byBlock.keys()].sort((a, b) => a - b);
  return Promise.all(numbers.map((number) => readBlock(client, number, byBlock.get(number) ?? [])));
}

/** One block with the given logs of it; without logs a block whose only news is its time. */
export async function readBlock(
  client: ChainClient,
  number: number,
  logs: readonly RpcLog[],
): Promise<BlockCommand> {
  const block = await client.request({
    method: "eth_getBlockByNumber",
    params: [numberToHex(number), false],
  });
  if (!block?.hash) throw new Error(`Block ${number} is missing.`);
  const { hash } = block;
  if (logs.some((log) => log.blockHash !== hash)) {
    throw new Error(`Block ${number} was replaced while it was read.`);
  }
  const ordered = [...logs].sort(
    (a, b) => hexToNumber(a.logIndex as Hex) - hexToNumber(b.logIndex as Hex),
  );
  const events = decodeLogs(
    ordered.map((log) => ({ ...log, transactionHash: log.transactionHash as Hex })),
  );
  return { kind: "block", number, hash, timestamp: hexToNumber(block.timestamp), events };
}
