import type { Address, Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { TimeInForce } from "../../protocol/order.ts";
import {
  packedExpiry,
  packedMaxFeeBps,
  packedOutcome,
  packedSide,
  packedTimeInForce,
} from "../core/order-terms.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";
import type { AccountNames } from "./account-names.ts";
import { ClientIdColumn } from "./client-id-column.ts";
import type { MarketNames } from "./market-names.ts";
import { splitNonce } from "./nonce-halves.ts";
import * as at from "./order-pages.ts";

/** What a maker signed, with its hash and who signed it: nothing of it ever changes. */
export interface OrderDocument {
  /** Counts accepted orders from 1. */
  readonly id: number;
  /** Lower case, like every hex here. */
  readonly hash: Hex;
  readonly order: OrderJson;
  readonly signature: Hex;
  readonly signer: Address;
  readonly clientId: string | null;
}

/** Documents that are kept at hand as objects, beside their bytes. */
const CACHED = 1 << 14;
const SIGNED_BY_MAKER = -1;

/**
 * Orders' documents as bytes in their records, and the latest as objects too, since what was placed or
 * filled lately is looked at soon again.
 */
export class OrderDocuments {
  readonly #pages: at.OrderPages;
  readonly #accounts: AccountNames;
  readonly #markets: MarketNames;
  readonly #cache: (OrderDocument | undefined)[] = new Array(CACHED).fill(undefined);
  readonly #clientIds = new ClientIdColumn();
  /** Every delegate that ever signed, by the place that records name. */
  #signers: Address[] = [];
  readonly #signerPlaces = new Map<Address, number>();

  constructor(pages: at.OrderPages, accounts: AccountNames, markets: MarketNames) {
    this.#pages = pages;
    this.#accounts = accounts;
    this.#markets = markets;
  }

  /** Fills a blank record; `packed` are the order's terms as the core packs them. */
  write(
    record: number,
    document: OrderDocument,
    place: { account: number; market: number },
    packed: number,
  ): void {
    const pages = this.#pages;
    const { order, signature } = document;
    pages.setDouble(record, at.ORDER_ID, document.id);
    pages.writeHex(record, at.HASH_AT, document.hash.slice(2), at.HASH_BYTES);
    const digits = signature.slice(2);
    const length = pages.writeHex(record, at.SIGNATURE_AT, digits, at.SIGNATURE_BYTES_MAX);
    pages.setByte(record, at.SIGNATURE_LENGTH_AT, length);
    const nonce = splitNonce(order.nonce) ?? { high: 0, low: 0 };
    pages.setInt(record, at.NONCE_HIGH, nonce.high);
    pages.setInt(record, at.NONCE_LOW, nonce.low);
    pages.setInt(record, at.PRICE, order.price);
    pages.setInt(record, at.QUANTITY, order.quantity);
    pages.setInt(record, at.PACKED_TERMS, packed);
    pages.setInt(record, at.EXPIRY_LOW, order.expiry);
    pages.setInt(record, at.SIGNER, this.#signerPlace(document));
    pages.setInt(record, at.ACCOUNT, place.account);
    pages.setInt(record, at.MARKET, place.market);
    this.#clientIds.set(record, document.clientId);
    this.#cache[record % CACHED] = document;
  }

  read(record: number): OrderDocument {
    const id = this.#pages.double(record, at.ORDER_ID);
    const cached = this.#cache[record % CACHED];
    if (cached?.id === id) return cached;
    const document = this.#decode(record, id);
    this.#cache[record % CACHED] = document;
    return document;
  }

  save(out: SnapshotWriter): void {
    this.#clientIds.save(out);
    out.text(this.#signers.join("\n"));
  }

  load(from: SnapshotReader): void {
    this.#clientIds.load(from);
    this.#signers = from.text().split("\n").filter(Boolean) as Address[];
    for (const [place, signer] of this.#signers.entries()) this.#signerPlaces.set(signer, place);
  }

  #decode(record: number, id: number): OrderDocument {
    const pages = this.#pages;
    const packed = pages.int(record, at.PACKED_TERMS);
    const maker = this.#accounts.get(pages.int(record, at.ACCOUNT)).address;
    const signer = pages.int(record, at.SIGNER);
    const length = pages.byte(record, at.SIGNATURE_LENGTH_AT);
    return {
      id,
      hash: `0x${pages.hex(record, at.HASH_AT, at.HASH_BYTES)}`,
      order: {
        maker,
        marketId: this.#markets.get(pages.int(record, at.MARKET)).view.marketId,
        outcome: packedOutcome(packed) as 0 | 1,
        side: packedSide(packed) as 0 | 1,
        price: pages.int(record, at.PRICE),
        quantity: pages.int(record, at.QUANTITY) >>> 0,
        timeInForce: packedTimeInForce(packed) as TimeInForce,
        maxFeeBps: packedMaxFeeBps(packed),
        expiry: packedExpiry(packed, pages.int(record, at.EXPIRY_LOW)),
        nonce: joinNonce(pages.int(record, at.NONCE_HIGH), pages.int(record, at.NONCE_LOW)),
      },
      signature: `0x${pages.hex(record, at.SIGNATURE_AT, length)}`,
      signer: signer === SIGNED_BY_MAKER ? maker : (this.#signers[signer] as Address),
      clientId: this.#clientIds.get(record),
    };
  }

  #signerPlace({ signer, order }: OrderDocument): number {
    if (signer === order.maker) return SIGNED_BY_MAKER;
    let place = this.#signerPlaces.get(signer);
    if (place === undefined) {
      place = this.#signers.push(signer) - 1;
      this.#signerPlaces.set(signer, place);
    }
    return place;
  }
}

function joinNonce(high: number, low: number): string {
  const unsigned = high >>> 0;
  if (unsigned < 2 ** 21) return (unsigned * 2 ** 32 + (low >>> 0)).toString();
  return ((BigInt(unsigned) << 32n) | BigInt(low >>> 0)).toString();
}
