import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { getAddress, type Hex, size, toHex } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import {
  type Batch,
  batchBytes,
  decodeBatch,
  encodeBatch,
} from "../../../protocol/settlement/batch.ts";

/** Records with a prototype, as `deepEqual` wants them. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value): Hex => toHex(value));
const order: fc.Arbitrary<Order> = record({
  maker: hex(20).map((address) => getAddress(address)),
  marketId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  outcome: fc.constantFrom(0, 1),
  side: fc.constantFrom(0, 1),
  price: fc.integer({ min: 0, max: 0xffff }),
  quantity: fc.integer({ min: 0, max: 0xffff_ffff }),
  timeInForce: fc.constantFrom(0, 1, 2, 3, 4, 5),
  maxFeeBps: fc.integer({ min: 0, max: 0xffff }),
  expiry: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const signedOrder: fc.Arbitrary<SignedOrder> = record({ order, signature: hex(64) });
const batches: fc.Arbitrary<Batch> = fc
  .array(signedOrder, { minLength: 1, maxLength: 12 })
  .chain((orders) => {
    const index = fc.nat(orders.length - 1);
    const fill = record({
      takerIndex: index,
      makerIndex: index,
      quantityLots: fc.integer({ min: 0, max: 0xffff_ffff }),
      yesPriceTicks: fc.integer({ min: 0, max: 0xffff }),
    });
    return record({
      batchId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      journalSeq: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      journalHash: hex(32),
      orders: fc.constant(orders),
      fills: fc.array(fill, { maxLength: 20 }),
    });
  });

/** A batch whose fills name their orders themselves, so that the orders' sequence does not matter. */
function unordered(batch: Batch) {
  const { orders, fills, ...head } = batch;
  return {
    ...head,
    orders: new Set(orders.map((signed) => JSON.stringify(signed, bigintText))),
    fills: fills.map(({ takerIndex, makerIndex, ...fill }) => ({
      ...fill,
      taker: orders[takerIndex],
      maker: orders[makerIndex],
    })),
  };
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

const sample = (): Batch => fc.sample(batches, { numRuns: 1, seed: 7 })[0] as Batch;

describe("encodeBatch and decodeBatch", () => {
  it("refuse a number that does not fit its field", () => {
    assert.throws(() => encodeBatch({ ...sample(), batchId: 2n ** 64n }), RangeError);
    const [first] = sample().orders as [SignedOrder];
    for (const wrong of [{ price: 65_536 }, { quantity: 2 ** 32 }, { timeInForce: 64 as 5 }]) {
      const orders = [{ ...first, order: { ...first.order, ...wrong } }];
      assert.throws(() => encodeBatch({ ...sample(), orders, fills: [] }), RangeError);
    }
  });

  it("refuse a fill of an order that is not there", () => {
    const fill = { takerIndex: 0, makerIndex: 99, quantityLots: 1, yesPriceTicks: 500 };
    assert.throws(() => encodeBatch({ ...sample(), fills: [fill] }), RangeError);
  });

  it("refuse a signature of another length or with an unknown v", () => {
    const [first] = sample().orders as [SignedOrder];
    for (const signature of [`0x${"11".repeat(63)}`, `0x${"11".repeat(65)}`] as Hex[]) {
      const orders = [{ ...first, signature }];
      assert.throws(() => encodeBatch({ ...sample(), orders, fills: [] }), RangeError);
    }
  });

  it("refuse bytes that are cut short or too long", () => {
    const bytes = encodeBatch(sample());
    for (const wrong of ["0x", bytes.slice(0, -2), `${bytes}00`] as Hex[]) {
      assert.throws(() => decodeBatch(wrong), RangeError);
    }
  });

  it("are each other's inverse but for the sequence of orders", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        assert.deepEqual(unordered(decodeBatch(encodeBatch(batch))), unordered(batch));
      }),
    );
  });

  it("give the same bytes when encoded again", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const bytes = encodeBatch(batch);
        assert.equal(encodeBatch(decodeBatch(bytes)), bytes);
      }),
    );
  });

  it("take as many bytes as batchBytes says", () => {
    const batch = sample();
    const markets = new Set(batch.orders.map((signed) => signed.order.marketId)).size;
    const expected = batchBytes(markets, batch.orders.length, batch.fills.length);
    assert.equal(size(encodeBatch(batch)), expected);
  });

  it("make a 64-byte signature of a 65-byte one", () => {
    const [first] = sample().orders as [SignedOrder];
    const r = "11".repeat(32);
    const s = `01${"22".repeat(31)}`;
    for (const [v, vs] of [
      ["1b", s],
      ["00", s],
      ["1c", `81${"22".repeat(31)}`],
      ["01", `81${"22".repeat(31)}`],
    ]) {
      const orders = [{ ...first, signature: `0x${r}${s}${v}` as Hex }];
      const [decoded] = decodeBatch(encodeBatch({ ...sample(), orders, fills: [] })).orders;
      assert.equal(decoded?.signature, `0x${r}${vs}`);
    }
  });
});
