import type { Hex } from "viem";
import type { FillStatus } from "../../protocol/engine/view.ts";
import { present } from "./assert.ts";

/** One match of a taker with a resting order. */
export interface FillRecord {
  /** Counts all fills from 1. */
  readonly fillSeq: number;
  readonly tradeSeq: number;
  readonly market: number;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
  readonly yesPriceTicks: number;
  readonly quantityLots: number;
  readonly feeMicro: number;
  readonly timeMs: number;
  status: FillStatus;
  transactionHash: Hex | null;
}

/** Every fill, in the order in which they settle. */
export class Fills {
  readonly #records: FillRecord[] = [];
  /** Fills up to here have settled or were skipped. */
  settledThroughSeq = 0;
  /** Cash and fees that unsettled fills move, micro. */
  unsettledMicro = 0;

  get lastSeq(): number {
    return this.#records.length;
  }

  get unsettledCount(): number {
    return this.lastSeq - this.settledThroughSeq;
  }

  /** When the oldest unsettled fill was matched. */
  get oldestUnsettledMs(): number | null {
    return this.#records[this.settledThroughSeq]?.timeMs ?? null;
  }

  get(fillSeq: number): FillRecord {
    return present(this.#records[fillSeq - 1], "a fillSeq names a fill");
  }

  add(record: FillRecord): void {
    this.#records.push(record);
  }
}
