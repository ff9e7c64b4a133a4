import type { Hex } from "viem";

/** The part of a Ponder event that says where it stands on chain. */
export interface ChainPlace {
  block: { number: bigint; timestamp: bigint };
  transaction: { hash: Hex };
  log: { logIndex: number };
}

/** The columns that say where a row's event stands on chain. */
export function provenanceOf(event: ChainPlace) {
  return {
    blockNumber: Number(event.block.number),
    blockTime: Number(event.block.timestamp),
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  };
}
