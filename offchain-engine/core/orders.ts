import type { Address, Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { CancelReason, OrderStatus } from "../../protocol/engine/view.ts";
import { present } from "./assert.ts";
import type { LadderSide } from "./book.ts";

/** An accepted order: the signed document, where it stands, and what it holds. */
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
  readonly ladderSide: LadderSide;
  readonly yesPriceTicks: number;
  /** Whether it locks cash (a buy) or shares (a sell), and in which entry of those funds. */
  readonly locksCash: boolean;
  readonly lockEntry: number;
  readonly holding: number;
  /** Micro or lots that it holds now. */
  lockedAmount: number;
  /** Counted per nonce: an amending order starts with what its predecessor filled. */
  filledLots: number;
  status: OrderStatus;
  cancelReason: CancelReason | null;
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly fillSeqs: number[];
  /** Its place in the pool while it rests. */
  slot: number;
}

/** Every order ever accepted, by id and by hash: a signed order is taken once. */
export class Orders {
  readonly #records: OrderRecord[] = [];
  readonly #ids = new Map<string, number>();

  get lastId(): number {
    return this.#records.length;
  }

  get(id: number): OrderRecord {
    return present(this.#records[id - 1], "an order id names an order");
  }

  findByHash(hash: Hex): OrderRecord | undefined {
    const id = this.#ids.get(hash.toLowerCase());
    return id === undefined ? undefined : this.get(id);
  }

  add(record: OrderRecord): void {
    this.#records.push(record);
    this.#ids.set(record.hash, record.id);
  }
}
