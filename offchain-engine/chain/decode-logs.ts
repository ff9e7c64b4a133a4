import { decodeEventLog, getAbiItem, type Hex, toEventSelector } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { ChainEvent, SkippedFill } from "../../protocol/engine/command.ts";
import { escrowEvents } from "./events/escrow.ts";
import { marketEvents } from "./events/markets.ts";
import { orderAndKeyEvents } from "./events/orders-and-keys.ts";
import { shareEvents } from "./events/shares.ts";
import type { EventReader, ExchangeEventArgs, ExchangeEventName } from "./events/table.ts";

/** The fields of a log that decoding reads. */
export interface ExchangeLog {
  topics: readonly Hex[];
  data: Hex;
  transactionHash: Hex;
}

const READERS = { ...escrowEvents, ...shareEvents, ...orderAndKeyEvents, ...marketEvents };
const SETTLEMENT_EVENTS = ["BatchSettled", "FillSkipped"] as const;

/** By first topic, an ABI of one event: in a whole ABI viem hashes one signature after the other until one fits. */
const WATCHED_ABIS = new Map<Hex, typeof exchangeAbi>(
  [...Object.keys(READERS), ...SETTLEMENT_EVENTS].map((eventName) => {
    const item = getAbiItem({ abi: exchangeAbi, name: eventName as ExchangeEventName });
    return [toEventSelector(item), [item] as unknown as typeof exchangeAbi];
  }),
);

/** The first topics of the events that the engine takes: a filter for `eth_getLogs`. */
export const WATCHED_TOPICS: readonly Hex[] = [...WATCHED_ABIS.keys()];

/**
 * The events of one block, in log order, as the engine takes them. A settlement's skipped fills, which
 * the contract emits before its `BatchSettled`, become a part of that one event.
 */
export function decodeLogs(logs: readonly ExchangeLog[]): ChainEvent[] {
  const events: ChainEvent[] = [];
  let skipped: SkippedFill[] = [];
  for (const log of logs) {
    const { eventName, args } = decodeEventLog({
      abi: WATCHED_ABIS.get(log.topics[0] as Hex) ?? exchangeAbi,
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    });
    if (eventName === "FillSkipped") {
      skipped.push({ fillIndex: args.fillIndex, reason: args.reason });
    } else if (eventName === "BatchSettled") {
      events.push(batchSettled(args, skipped, log.transactionHash));
      skipped = [];
    } else if (Object.hasOwn(READERS, eventName)) {
      const read = READERS[eventName as keyof typeof READERS] as EventReader<ExchangeEventName>;
      events.push(read(args as ExchangeEventArgs<ExchangeEventName>, log.transactionHash));
    }
  }
  if (skipped.length > 0)
    throw new Error("A FillSkipped has no BatchSettled after it in its block.");
  return events;
}

function batchSettled(
  args: ExchangeEventArgs<"BatchSettled">,
  skipped: SkippedFill[],
  transactionHash: Hex,
): ChainEvent {
  if (skipped.length !== args.skipped) {
    throw new Error(
      `Batch ${args.batchId} says that it skipped ${args.skipped} fills, but emitted ${skipped.length}.`,
    );
  }
  const { journalHash, settled } = args;
  const batchId = Number(args.batchId);
  return { type: "batch_settled", batchId, journalHash, transactionHash, settled, skipped };
}
