import type { Address, Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { CancelReason, FillStatus, OrderStatus } from "../../protocol/engine/view.ts";
import { present } from "../core/assert.ts";
import { NO_SLOT } from "../core/order-slots.ts";

/** An accepted order: the signed document, and where it stands. */
export interface OrderRecord {
  /** Counts accepted orders from 1. */
  readonly id: number;
  readonly hash: Hex;
  /** `maker` in lower case. */
  readonly order: OrderJson;
  readonly signature: Hex;
  readonly signer: Address;
  readonly clientId: string | null;
  readonly account: number;
  readonly market: number;
  /** Counted per nonce: an amending order starts with what its predecessor filled. */
  filledLots: number;
  status: OrderStatus;
  cancelReason: CancelReason | null;
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly fills: FillRecord[];
  /** Where it rests in the core, or `NO_SLOT`. */
  slot: number;
}

/** One match of a taker with a resting order. */
export interface FillRecord {
  /** Counts all fills from 1. */
  readonly fillSeq: number;
  readonly tradeSeq: number;
  readonly taker: OrderRecord;
  readonly maker: OrderRecord;
  readonly yesPriceTicks: number;
  readonly quantityLots: number;
  readonly feeMicro: number;
  readonly timeMs: number;
  status: FillStatus;
  transactionHash: Hex | null;
}

export function isFinal(order: OrderRecord): boolean {
  return order.status !== "open" && order.status !== "partially_filled";
}

export function remainingLots(order: OrderRecord): number {
  return order.order.quantity - order.filledLots;
}

/** Accepted orders by hash, those that rest by slot too, and fills until they settle. */
export class OrderRecords {
  readonly #byHash = new Map<string, OrderRecord>();
  readonly #bySlot: (OrderRecord | null)[] = [];
  readonly #unsettled = new Map<number, FillRecord>();
  #lastId = 0;

  /** The id of the next order. */
  nextId(): number {
    return this.#lastId + 1;
  }

  find(hash: Hex): OrderRecord | undefined {
    return this.#byHash.get(hash.toLowerCase());
  }

  add(record: OrderRecord): void {
    this.#lastId = record.id;
    this.#byHash.set(record.hash, record);
  }

  /** The order that rests in the slot. */
  resting(slot: number): OrderRecord {
    return present(this.#bySlot[slot], "a slot in use holds a known order");
  }

  rest(record: OrderRecord, slot: number): void {
    record.slot = slot;
    this.#bySlot[slot] = record;
  }

  /** The order left the book. */
  leave(record: OrderRecord): void {
    if (record.slot !== NO_SLOT) this.#bySlot[record.slot] = null;
    record.slot = NO_SLOT;
  }

  addFill(fill: FillRecord): void {
    fill.taker.fills.push(fill);
    fill.maker.fills.push(fill);
    this.#unsettled.set(fill.fillSeq, fill);
  }

  unsettled(fillSeq: number): FillRecord {
    return present(this.#unsettled.get(fillSeq), "a fillSeq names an unsettled fill");
  }

  /** The fill has settled or was skipped. */
  settle(fillSeq: number): void {
    this.#unsettled.delete(fillSeq);
  }
}
