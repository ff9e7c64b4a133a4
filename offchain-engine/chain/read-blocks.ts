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

interface RpcHeader {
  hash: Hex | null;
  timestamp: Hex;
}

/**
 * The blocks from `fromBlock` to `toBlock` (both included) in which the exchange emitted something,
 * oldest first, each with its events in log order; and in any case `toBlock`, whose only news may be
 * its time.
 * @throws viem's errors when the chain does not answer or finds the range too large; an `Error` when
 * the node has not yet seen `toBlock`, or the chain was reorganised while it was read. All mend by
 * reading again.
 */
export async function readBlocks(
  client: ChainClient,
  exchange: Address,
  fromBlock: number,
  toBlock: number,
): Promise<BlockCommand[]> {
  // In one batch, the block first: a node that has it has its logs, one behind it answers with none.
  const [last, logs] = await Promise.all([
    readHeader(client, toBlock),
    readLogs(client, exchange, fromBlock, toBlock),
  ]);
  const byBlock = new Map<number, RpcLog[]>([[toBlock, []]]);
  for (const log of logs) {
    const number = hexToNumber(log.blockNumber as Hex);
    const inBlock = byBlock.get(number);
    if (inBlock) inBlock.push(log);
    else byBlock.set(number, [log]);
  }
  const numbers = [...byBlock.keys()].sort((a, b) => a - b);
  return Promise.all(
    numbers.map(async (number) => {
      const header = number === toBlock ? last : await readHeader(client, number);
      return blockCommand(number, header, byBlock.get(number) ?? []);
    }),
  );
}

function readLogs(
  client: ChainClient,
  exchange: Address,
  fromBlock: number,
  toBlock: number,
): Promise<RpcLog[]> {
  return client.request({
    method: "eth_getLogs",
    params: [
      {
        address: exchange,
        topics: [[...WATCHED_TOPICS]],
        fromBlock: numberToHex(fromBlock),
        toBlock: numberToHex(toBlock),
      },
    ],
  }) as Promise<RpcLog[]>;
}

function readHeader(client: ChainClient, number: number): Promise<RpcHeader | null> {
  return client.request({
    method: "eth_getBlockByNumber",
    params: [numberToHex(number), false],
  });
}

function blockCommand(
  number: number,
  header: RpcHeader | null,
  logs: readonly RpcLog[],
): BlockCommand {
  if (!header?.hash) throw new Error(`Block ${number} is missing.`);
  const { hash } = header;
  if (logs.some((log) => log.blockHash !== hash)) {
    throw new Error(`Block ${number} was replaced while it was read.`);
  }
  const ordered = [...logs].sort(
    (a, b) => hexToNumber(a.logIndex as Hex) - hexToNumber(b.logIndex as Hex),
  );
  const events = decodeLogs(
    ordered.map((log) => ({ ...log, transactionHash: log.transactionHash as Hex })),
  );
  return { kind: "block", number, hash, timestamp: hexToNumber(header.timestamp), events };
}
