import type { Address } from "viem";
import { NO_SLOT } from "./order-pool.ts";

/** No such account. */
export const NO_ACCOUNT = -1;

/** What a nonce of an account stands for. Filled quantity is kept per nonce, as on chain. */
export interface NonceLane {
  /** The latest order of the nonce; 0 when the nonce was only cancelled on chain. */
  orderId: number;
  /** Quantity that the chain has counted on the nonce, simulated batches included. */
  settledLots: number;
}

export interface AccountRecord {
  readonly index: number;
  /** Lower case, like every address that leaves the core. */
  readonly address: Address;
  readonly delegates: Set<Address>;
  /** Orders with a lower nonce are void. */
  cancelFloor: bigint;
  readonly lanes: Map<string, NonceLane>;
  readonly clientIds: Set<string>;
  readonly holdings: number[];
  lastReleaseNonce: number;
  /** Releases that still hold funds. */
  liveReleases: number;
  /** Ends of the list of open orders, by the time of acceptance. */
  openHead: number;
  openTail: number;
  openCount: number;
  /** Where the account's stream stands. */
  streamSeq: number;
}

/** Interns addresses: inside, an account is its index. */
export class Accounts {
  readonly records: AccountRecord[] = [];
  readonly #indices = new Map<string, number>();

  /** The account's index, or `NO_ACCOUNT`. */
  find(address: Address): number {
    return this.#indices.get(address.toLowerCase()) ?? NO_ACCOUNT;
  }

  get(index: number): AccountRecord {
    return this.records[index] as AccountRecord;
  }

  intern(address: Address): AccountRecord {
    const known = this.find(address);
    if (known !== NO_ACCOUNT) return this.get(known);
    const record: AccountRecord = {
      index: this.records.length,
      address: address.toLowerCase() as Address,
      delegates: new Set(),
      cancelFloor: 0n,
      lanes: new Map(),
      clientIds: new Set(),
      holdings: [],
      lastReleaseNonce: 0,
      liveReleases: 0,
      openHead: NO_SLOT,
      openTail: NO_SLOT,
      openCount: 0,
      streamSeq: 0,
    };
    this.records.push(record);
    this.#indices.set(record.address, record.index);
    return record;
  }
}
