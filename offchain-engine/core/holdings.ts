import type { Accounts } from "./accounts.ts";
import type { Funds } from "./funds.ts";
import { IndexTable, NO_PLACE } from "./index-table.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No such holding, or no share entry. */
export const NO_HOLDING = -1;

/** Of an owner's number: account × this + market. */
const MARKETS_MAX = 2 ** 21;
/** Words of a holding: account, market, the account's next holding. */
const WORDS_SHIFT = 2;
const ACCOUNT = 0;
const MARKET = 1;
const NEXT = 2;
const NONE = NO_HOLDING;
const NOWHERE = NO_PLACE;
/** Accounts whose words in the index are neighbours: a cache line of them. */
const NEIGHBOURS_SHIFT = 4;
const NEIGHBOURS_MASK = (1 << NEIGHBOURS_SHIFT) - 1;

/**
 * Interns (account, market) pairs: an account's shares in one market are a holding, and each outcome of
 * it an entry of `shares`, which knows its owner, so that finding one reads no line but its own.
 */
export class Holdings {
  readonly shares: Funds;
  #words = new Int32Array(64 << WORDS_SHIFT);
  /** Half full at most: rows of neighbours that share a line also collide as one. */
  readonly #table = new IndexTable(2);
  #count = 0;

  constructor(shares: Funds) {
    this.shares = shares;
  }

  get count(): number {
    return this.#count;
  }

  accountOf(holding: number): number {
    return this.#words[(holding << WORDS_SHIFT) | ACCOUNT] as number;
  }

  marketOf(holding: number): number {
    return this.#words[(holding << WORDS_SHIFT) | MARKET] as number;
  }

  /** The account's holding after this one, in the order in which they appeared; or `NO_HOLDING`. */
  nextOf(holding: number): number {
    return this.#words[(holding << WORDS_SHIFT) | NEXT] as number;
  }

  /** The entry of one outcome (1 YES, 0 NO) of the pair's shares, or `NO_HOLDING`. */
  findEntry(account: number, market: number, outcome: number): number {
    const table = this.#table;
    const hash = hashOf(account, market);
    const owner = account * MARKETS_MAX + market;
    for (let place = table.first(hash); place !== NOWHERE; place = table.next(hash, place)) {
      const entry = (table.row(place) << 1) | outcome;
      if (this.shares.owner(entry) === owner) return entry;
    }
    return NONE;
  }

  /** The same, made when there was none. */
  internEntry(accounts: Accounts, account: number, market: number, outcome: number): number {
    const known = this.findEntry(account, market, outcome);
    if (known !== NONE) return known;
    const holding = this.#count++;
    if (holding << WORDS_SHIFT === this.#words.length) {
      const words = new Int32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.shares.ensure(2 * this.#count);
    const at = holding << WORDS_SHIFT;
    this.#words[at | ACCOUNT] = account;
    this.#words[at | MARKET] = market;
    this.#words[at | NEXT] = NONE;
    const owner = account * MARKETS_MAX + market;
    this.shares.setOwner(2 * holding, owner);
    this.shares.setOwner(2 * holding + 1, owner);
    const last = accounts.appendHolding(account, holding);
    if (last !== NONE) this.#words[(last << WORDS_SHIFT) | NEXT] = holding;
    if (this.#table.holds(this.#count)) this.#table.add(hashOf(account, market), holding);
    else this.#index();
    return (holding << 1) | outcome;
  }

  /** `lots` of the `heldLots` leave at their average cost, rounded down. */
  removeCost(entry: number, lots: number, heldLots: number): void {
    const cost = this.shares.cost(entry);
    const part = lots >= heldLots ? cost : shareOfCostDown(cost, lots, heldLots);
    this.shares.addCost(entry, -part);
  }

  save(out: SnapshotWriter): void {
    out.column(this.#words.subarray(0, this.#count << WORDS_SHIFT));
  }

  load(from: SnapshotReader): void {
    const words = from.ints();
    this.#count = words.length >> WORDS_SHIFT;
    if (this.#count === 0) return;
    this.#words = words;
    this.#index();
  }

  /** Builds the table anew, with room for all. */
  #index(): void {
    this.#table.clear(this.#count);
    for (let holding = 0; holding < this.#count; holding++) {
      this.#table.add(hashOf(this.accountOf(holding), this.marketOf(holding)), holding);
    }
  }
}

/**
 * Sixteen accounts' words of one market lie in one line, so that the index of the markets that are busy
 * stays in the cache. Needs no key: accounts and markets are counted up, so that nobody chooses what is
 * hashed here.
 */
function hashOf(account: number, market: number): number {
  let mixed = Math.imul(account >> NEIGHBOURS_SHIFT, 0x9e3779b1) ^ Math.imul(market, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return (mixed << NEIGHBOURS_SHIFT) | (account & NEIGHBOURS_MASK);
}

function shareOfCostDown(costMicro: number, lots: number, heldLots: number): number {
  const product = costMicro * lots;
  if (product <= Number.MAX_SAFE_INTEGER && product >= 0) return Math.floor(product / heldLots);
  return Number((BigInt(costMicro) * BigInt(lots)) / BigInt(heldLots));
}
