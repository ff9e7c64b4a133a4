import type { Hex } from "viem";
import type { OrderStatus } from "../../protocol/engine/view.ts";
import { assert } from "../core/assert.ts";
import type { EndReason } from "../core/event-log.ts";
import { type HashKey, keyedHash } from "../core/keyed-hash.ts";
import { NO_SLOT } from "../core/order-slots.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";
import type { AccountNames } from "./account-names.ts";
import { FinishedOrders } from "./finished-orders.ts";
import { HashIndex } from "./hash-index.ts";
import type { MarketNames } from "./market-names.ts";
import { type OrderDocument, OrderDocuments } from "./order-documents.ts";
import * as at from "./order-pages.ts";

const STATUSES: readonly OrderStatus[] = [
  "open",
  "partially_filled",
  "filled",
  "cancelled",
  "expired",
  "rejected",
];
const FINAL_FROM = STATUSES.indexOf("filled");
const NO_REASON = 0;

/**
 * Accepted orders, each a record by its index: those that rest, those that a remembered fill names, and
 * the last that ended otherwise. What is remembered depends on commands alone, never on timing.
 */
export class OrderRecords {
  readonly #pages = new at.OrderPages();
  readonly #byHash = new HashIndex();
  readonly #key: HashKey;
  readonly #documents: OrderDocuments;
  readonly #finished = new FinishedOrders();
  /** Record + 1 by slot of the core. */
  #bySlot = new Int32Array(1024);
  /** The hash that is looked for, as bytes and as words. */
  readonly #soughtWords = new Int32Array(at.HASH_BYTES / 4);
  readonly #sought = Buffer.from(this.#soughtWords.buffer);
  /** Orders that became final with no remembered fill during the command. */
  #ended: number[] = [];

  constructor(accounts: AccountNames, markets: MarketNames, key: HashKey) {
    this.#key = key;
    this.#documents = new OrderDocuments(this.#pages, accounts, markets);
  }

  /** How many are remembered, open ones included. */
  get count(): number {
    return this.#pages.live;
  }

  /** The order's record, or `NO_RECORD`. */
  find(hash: Hex): number {
    const words = this.#soughtWords;
    if (this.#sought.write(hash.slice(2), "hex") !== at.HASH_BYTES) return at.NO_RECORD;
    const word = this.#wordOf(words[0] as number, words[1] as number, words[2] as number);
    return this.#byHash.find(word, (record) => this.#pages.hasHash(record, words));
  }

  /** An order that was just accepted, of which `filledLots` filled under its nonce before. */
  add(
    document: OrderDocument,
    place: { account: number; market: number; filledLots: number; timeMs: number },
    packedTerms: number,
  ): number {
    const pages = this.#pages;
    const record = pages.take();
    this.#documents.write(record, document, place, packedTerms);
    pages.setInt(record, at.FILLED, place.filledLots);
    pages.setInt(record, at.SLOT, NO_SLOT);
    pages.setInt(record, at.STATUS, place.filledLots > 0 ? 1 : 0);
    pages.setDouble(record, at.CREATED_MS, place.timeMs);
    pages.setDouble(record, at.UPDATED_MS, place.timeMs);
    this.#byHash.add(this.#indexWord(record), record);
    return record;
  }

  document(record: number): OrderDocument {
    return this.#documents.read(record);
  }

  id(record: number): number {
    return this.#pages.double(record, at.ORDER_ID);
  }

  account(record: number): number {
    return this.#pages.int(record, at.ACCOUNT);
  }

  market(record: number): number {
    return this.#pages.int(record, at.MARKET);
  }

  /** Where it rests in the core, or `NO_SLOT`. */
  slot(record: number): number {
    return this.#pages.int(record, at.SLOT);
  }

  status(record: number): OrderStatus {
    return STATUSES[this.#pages.int(record, at.STATUS)] as OrderStatus;
  }

  isFinal(record: number): boolean {
    return this.#pages.int(record, at.STATUS) >= FINAL_FROM;
  }

  /** Why it ended before it was filled; null while it has not. */
  endReason(record: number): EndReason | null {
    const reason = this.#pages.int(record, at.REASON);
    return reason === NO_REASON ? null : ((reason - 1) as EndReason);
  }

  /** Counted per nonce: an amending order starts with what its predecessor filled. */
  filledLots(record: number): number {
    return this.#pages.int(record, at.FILLED) >>> 0;
  }

  remainingLots(record: number): number {
    return (this.#pages.int(record, at.QUANTITY) >>> 0) - this.filledLots(record);
  }

  createdAtMs(record: number): number {
    return this.#pages.double(record, at.CREATED_MS);
  }

  updatedAtMs(record: number): number {
    return this.#pages.double(record, at.UPDATED_MS);
  }

  setUpdatedAtMs(record: number, timeMs: number): void {
    this.#pages.setDouble(record, at.UPDATED_MS, timeMs);
  }

  /** The order that rests in the slot. */
  resting(slot: number): number {
    const record = (this.#bySlot[slot] as number) - 1;
    assert(record >= 0, "a slot in use holds a known order");
    return record;
  }

  rest(record: number, slot: number): void {
    if (slot >= this.#bySlot.length) this.#widenSlots(slot + 1);
    this.#pages.setInt(record, at.SLOT, slot);
    this.#bySlot[slot] = record + 1;
  }

  /** The order left the book unfilled. */
  end(record: number, reason: EndReason, status: "cancelled" | "expired"): void {
    this.#pages.setInt(record, at.STATUS, STATUSES.indexOf(status));
    this.#pages.setInt(record, at.REASON, reason + 1);
    this.#leave(record);
    if (this.firstFill(record) === 0) this.#ended.push(record);
  }

  /** `lots` more of it are filled, by a fill that is remembered already. */
  fill(record: number, lots: number): void {
    assert(lots <= this.remainingLots(record), "an order never overfills");
    this.#pages.setInt(record, at.FILLED, this.filledLots(record) + lots);
    const isFilled = this.remainingLots(record) === 0;
    this.#pages.setInt(record, at.STATUS, isFilled ? FINAL_FROM : 1);
    if (isFilled) this.#leave(record);
  }

  /** The first of its remembered fills; 0 for none. */
  firstFill(record: number): number {
    return this.#pages.double(record, at.FIRST_FILL);
  }

  /** Appends a fill to its list; gives the one that was last before, 0 for none. */
  appendFill(record: number, fillSeq: number): number {
    const last = this.#pages.double(record, at.LAST_FILL);
    if (last === 0) this.#pages.setDouble(record, at.FIRST_FILL, fillSeq);
    this.#pages.setDouble(record, at.LAST_FILL, fillSeq);
    return last;
  }

  /** Its first fill is forgotten; `next` follows it, 0 for none. */
  dropFirstFill(record: number, next: number): void {
    this.#pages.setDouble(record, at.FIRST_FILL, next);
    if (next !== 0) return;
    this.#pages.setDouble(record, at.LAST_FILL, 0);
    if (this.isFinal(record)) this.#ended.push(record);
  }

  /**
   * At the end of a command: what ended during it joins the finished orders, in the order of acceptance,
   * and all but the last `most` of those are forgotten.
   */
  forgetFinished(most: number): void {
    if (this.#ended.length > 1) this.#ended.sort((a, b) => this.id(a) - this.id(b));
    for (const record of this.#ended) this.#finished.push(record);
    this.#ended.length = 0;
    while (this.#finished.count > most) this.#forget(this.#finished.shift());
  }

  save(out: SnapshotWriter): void {
    assert(this.#ended.length === 0, "a snapshot is taken between commands");
    this.#pages.save(out);
    this.#documents.save(out);
    this.#finished.save(out);
  }

  load(from: SnapshotReader): void {
    this.#pages.load(from);
    this.#documents.load(from);
    this.#finished.load(from);
    this.#byHash.ensure(this.#pages.live);
    for (let record = 0; record < this.#pages.end; record++) {
      if (this.id(record) === 0) continue;
      this.#byHash.add(this.#indexWord(record), record);
      const slot = this.slot(record);
      if (slot !== NO_SLOT) this.rest(record, slot);
    }
  }

  #indexWord(record: number): number {
    const pages = this.#pages;
    return this.#wordOf(pages.int(record, 0), pages.int(record, 1), pages.int(record, 2));
  }

  /** By which an order is indexed: of 96 bits of its hash, in which nobody makes many agree. */
  #wordOf(first: number, second: number, third: number): number {
    return keyedHash(this.#key, first, second, third);
  }

  #leave(record: number): void {
    const slot = this.slot(record);
    if (slot !== NO_SLOT) this.#bySlot[slot] = 0;
    this.#pages.setInt(record, at.SLOT, NO_SLOT);
  }

  #forget(record: number): void {
    this.#byHash.remove(this.#indexWord(record), record);
    this.#pages.free(record);
  }

  #widenSlots(slots: number): void {
    const bySlot = new Int32Array(Math.max(slots, 2 * this.#bySlot.length));
    bySlot.set(this.#bySlot);
    this.#bySlot = bySlot;
  }
}
