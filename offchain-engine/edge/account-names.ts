import type { Address } from "viem";
import { type Accounts, NO_ACCOUNT } from "../core/accounts.ts";
import type { Funds } from "../core/funds.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** An address's characters: `0x` and 40 digits. */
const ADDRESS_LENGTH = 42;

/** Who an account is, and what only names can tell of it. */
export interface AccountName {
  readonly index: number;
  /** Lower case, like every address that leaves the engine. */
  readonly address: Address;
  readonly delegates: Set<Address>;
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
    const index = this.#accounts.add();
    this.#cash.ensure(index + 1);
    return this.#name(index, address.toLowerCase() as Address);
  }

  save(out: SnapshotWriter): void {
    out.text(this.all.map(({ address }) => address).join(""));
    out.column(Float64Array.from(this.all, ({ streamSeq }) => streamSeq));
    const delegating = this.all.filter(({ delegates }) => delegates.size > 0);
    out.text(JSON.stringify(delegating.map(({ index, delegates }) => [index, [...delegates]])));
  }

  load(from: SnapshotReader): void {
    const addresses = from.text();
    for (const [index, streamSeq] of from.doubles().entries()) {
      const at = index * ADDRESS_LENGTH;
      const address = addresses.slice(at, at + ADDRESS_LENGTH) as Address;
      this.#name(index, address).streamSeq = streamSeq;
    }
    for (const [index, delegates] of JSON.parse(from.text()) as [number, Address[]][]) {
      for (const delegate of delegates) this.get(index).delegates.add(delegate);
    }
  }

  #name(index: number, address: Address): AccountName {
    const name: AccountName = { index, address, delegates: new Set(), streamSeq: 0 };
    this.all.push(name);
    this.#indices.set(address, index);
    return name;
  }
}
