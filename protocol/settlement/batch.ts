import { getAddress, type Hex } from "viem";
import type { Order, SignedOrder, TimeInForce } from "../order.ts";
import type { Outcome, Side } from "../units.ts";
import { compactSignature } from "./compact-signature.ts";

/** One fill: indices into the batch's orders, quantity in lots, YES price in ticks. */
export interface BatchFill {
  takerIndex: number;
  makerIndex: number;
  quantityLots: number;
  yesPriceTicks: number;
}

/** What one call of `settle` carries: each order once, and the fills among them in the engine's order. */
export interface Batch {
  /** `lastBatchId() + 1`, or the contract refuses it. */
  batchId: bigint;
  /** The journal up to which `journalHash` speaks. */
  journalSeq: bigint;
  journalHash: Hex;
  orders: SignedOrder[];
  fills: BatchFill[];
}

/** Markets, orders and fills are counted in 16 bits each. */
export const MAX_BATCH_ENTRIES = 0xffff;
const HEADER_BYTES = 54;
const MARKET_BYTES = 8;
const ORDER_BYTES = 108;
const FILL_BYTES = 10;

/** Bytes of a packed batch. */
export function batchBytes(marketCount: number, orderCount: number, fillCount: number): number {
  return (
    HEADER_BYTES + marketCount * MARKET_BYTES + orderCount * ORDER_BYTES + fillCount * FILL_BYTES
  );
}

/**
 * Packs a batch for `settle` in the format of `contracts/libraries/BatchReader.sol`. Orders are sorted
 * by (maker, nonce) as the contract demands; fills keep their order and hence their indices.
 * @throws RangeError when a number does not fit its field: a bug of the caller.
 */
export function encodeBatch(batch: Batch): Hex {
  const sorted = batch.orders
    .map(({ order, signature }, index) => ({ order, signature, index, key: sortKey(order) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  const place = new Array<number>(sorted.length);
  for (const [position, { index }] of sorted.entries()) place[index] = position;
  const marketIds = [...new Set(batch.orders.map(({ order }) => order.marketId))].sort(
    (a, b) => a - b,
  );
  const marketIndex = new Map(marketIds.map((marketId, index) => [marketId, index]));

  const parts = [
    field(batch.batchId, 8),
    field(batch.journalSeq, 8),
    field(BigInt(batch.journalHash), 32),
    field(marketIds.length, 2),
    field(sorted.length, 2),
    field(batch.fills.length, 2),
    ...marketIds.map((marketId) => field(marketId, 8)),
  ];
  for (const { order, signature } of sorted) {
    parts.push(encodeOrder(order, marketIndex.get(order.marketId) ?? -1, signature));
  }
  for (const fill of batch.fills) {
    parts.push(
      field(place[fill.takerIndex] ?? -1, 2),
      field(place[fill.makerIndex] ?? -1, 2),
      field(fill.quantityLots, 4),
      field(fill.yesPriceTicks, 2),
    );
  }
  return `0x${parts.join("")}`;
}

/**
 * Unpacks what `encodeBatch` packed: orders in the packed order, signatures in 64 bytes.
 * @throws RangeError when the bytes are not a batch.
 */
export function decodeBatch(bytes: Hex): Batch {
  const reader = new HexReader(bytes);
  const batchId = reader.bigint(8);
  const journalSeq = reader.bigint(8);
  const journalHash: Hex = `0x${reader.hex(32)}`;
  const marketCount = reader.number(2);
  const orderCount = reader.number(2);
  const fillCount = reader.number(2);
  if (reader.bytes !== batchBytes(marketCount, orderCount, fillCount)) {
    throw new RangeError("the batch is not as long as its header says");
  }
  const marketIds = Array.from({ length: marketCount }, () => reader.number(8));
  const orders = Array.from({ length: orderCount }, () => decodeOrder(reader, marketIds));
  const fills = Array.from({ length: fillCount }, () => ({
    takerIndex: reader.number(2),
    makerIndex: reader.number(2),
    quantityLots: reader.number(4),
    yesPriceTicks: reader.number(2),
  }));
  return { batchId, journalSeq, journalHash, orders, fills };
}

function encodeOrder(order: Order, marketIndex: number, signature: Hex): string {
  if (order.timeInForce > 63) throw new RangeError(`timeInForce ${order.timeInForce} exceeds 63`);
  return (
    field(BigInt(order.maker), 20) +
    field(marketIndex, 2) +
    field(order.outcome | (order.side << 1) | (order.timeInForce << 2), 1) +
    field(order.price, 2) +
    field(order.quantity, 4) +
    field(order.maxFeeBps, 2) +
    field(order.expiry, 5) +
    field(order.nonce, 8) +
    compactSignature(signature).slice(2)
  );
}

function decodeOrder(reader: HexReader, marketIds: readonly number[]): SignedOrder {
  const maker = getAddress(`0x${reader.hex(20)}`);
  const marketId = marketIds[reader.number(2)];
  if (marketId === undefined) throw new RangeError("an order names no market of the batch");
  const leg = reader.number(1);
  const order: Order = {
    maker,
    marketId,
    outcome: (leg & 1) as Outcome,
    side: ((leg >> 1) & 1) as Side,
    price: reader.number(2),
    quantity: reader.number(4),
    timeInForce: (leg >> 2) as TimeInForce,
    maxFeeBps: reader.number(2),
    expiry: reader.number(5),
    nonce: reader.bigint(8),
  };
  return { order, signature: `0x${reader.hex(64)}` };
}

/** (maker, nonce) as one number. */
function sortKey(order: Order): bigint {
  return (BigInt(order.maker) << 64n) | order.nonce;
}

/** `value` as big-endian hex digits of so many bytes. */
function field(value: number | bigint, bytes: number): string {
  const digits = value.toString(16);
  if (value < 0 || digits.length > bytes * 2) {
    throw new RangeError(`${value} does not fit into ${bytes} bytes of a batch`);
  }
  return digits.padStart(bytes * 2, "0");
}

class HexReader {
  readonly #digits: string;
  #position = 0;

  constructor(bytes: Hex) {
    this.#digits = bytes.slice(2);
  }

  get bytes(): number {
    return this.#digits.length / 2;
  }

  hex(bytes: number): string {
    const end = this.#position + bytes * 2;
    if (end > this.#digits.length) throw new RangeError("the batch is cut short");
    const digits = this.#digits.slice(this.#position, end);
    this.#position = end;
    return digits;
  }

  bigint(bytes: number): bigint {
    return BigInt(`0x${this.hex(bytes)}`);
  }

  number(bytes: number): number {
    return Number(this.bigint(bytes));
  }
}
