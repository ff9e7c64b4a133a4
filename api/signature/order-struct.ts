import { strict as assert } from "node:assert";
import { keccak256, toBytes } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import { ORDER_TYPES } from "../../protocol/order-hash.ts";

const WORD = 32;
const FIELDS = ORDER_TYPES.Order.length;

/** Of an order's EIP-712 struct: the type's hash, then a word for each field. */
export const ORDER_STRUCT_BYTES = WORD * (FIELDS + 1);

const TYPE_HASH = keccak256(
  toBytes(`Order(${ORDER_TYPES.Order.map(({ type, name }) => `${type} ${name}`).join(",")})`),
  "bytes",
);

/** Writes a non-negative safe integer, big-endian, to end at `end`. */
function writeInteger(buffer: Buffer, end: number, value: number): void {
  buffer.writeUInt32BE(Math.floor(value / 0x1_0000_0000), end - 8);
  buffer.writeUInt32BE(value % 0x1_0000_0000, end - 4);
}

/**
 * Writes what EIP-712 hashes of an order into `ORDER_STRUCT_BYTES` zeroed bytes at `start`. Encoding by
 * hand is what makes hashing cheap: the shape is fixed. A test proves it equal to viem's and ethers'.
 */
export function writeOrderStruct(order: OrderJson, buffer: Buffer, start: number): void {
  const integers = [
    order.marketId,
    order.outcome,
    order.side,
    order.price,
    order.quantity,
    order.timeInForce,
    order.maxFeeBps,
    order.expiry,
  ];
  assert.equal(integers.length + 2, FIELDS);
  buffer.set(TYPE_HASH, start);
  buffer.write(order.maker.slice(2), start + 2 * WORD - 20, "hex");
  for (const [i, value] of integers.entries()) writeInteger(buffer, start + (i + 3) * WORD, value);
  buffer.writeBigUInt64BE(BigInt(order.nonce), start + ORDER_STRUCT_BYTES - 8);
}
