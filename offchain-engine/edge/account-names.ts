import type { Address } from "viem";
import { type Accounts, NO_ACCOUNT } from "../core/accounts.ts";
import type { Funds } from "../core/funds.ts";

/** Who an account is, and what only names can tell of it. */
export interface AccountName {
  readonly index: number;
  /** Lower case, like every address that leaves the engine. */
  readonly address: Address;
  readonly delegates: Set<Address>;
  /** Of all orders that it ever placed. */
  readonly clientIds: Set<string>;
  /** Where the account's stream stands. */
  streamSeq: number;
}

/** Interns addresses: in the core, an account is its index. */
export class AccountNames {
  readonly all: AccountName[] = [];
  readonly #indices = new Map<string, number>();
  readonly #accounts: Accounts;
  readonly #cash: Funds;

  constructor(accounts: Accounts, cash: Funds) {
    this.#accounts = accounts;
    this.#cash = cash;
  }

  /** The account's index, or `NO_ACCOUNT`. */
  find(address: Address): number {
    return this.#indices.get(address.toLowerCase()) ?? NO_ACCOUNT;
  }

  get(index: number): AccountName {
    return this.all[index] as AccountName;
  }

  intern(address: Address): AccountName {
    const known = this.find(address);
    if (known !== NO_ACCOUNT) return this.get(known);
    const name: AccountName = {
      index: this.#accounts.add(),
      address: address.toLowerCase() as Address,
      delegates: new Set(),
      clientIds: new Set(),
      streamSeq: 0,
    };
    this.#cash.ensure(name.index + 1);
    this.all.push(name);
    this.#indices.set(name.address, name.index);
    return name;
  }
}
