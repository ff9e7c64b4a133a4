import { describe, it } from "mocha";
import { type Hex, size, slice } from "viem";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

const HEADER_BYTES = 54;
const MARKET_BYTES = 8;
const ORDER_BYTES = 108;

/** The hex digits of some bytes of a batch. */
function digits(bytes: Hex, start: number, length: number): string {
  return slice(bytes, start, start + length).slice(2);
}

describe("attack: a malformed batch", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.createMarket();
  });

  /** A whole batch: markets 1 and 2, two orders, one fill. */
  async function whole(): Promise<Hex> {
    const orders = [await x.order(x.alice), await x.order(x.bob, { side: 1, marketId: 2 })];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 1, yesPriceTicks: 500 };
    return encodeBatch(await x.batch(orders, [fill]));
  }

  async function refused(bytes: Hex) {
    await assertRefused(x.attempt(x.operator, "settle", [bytes]), "BatchMalformed");
  }

  it("is refused when it is empty or ends within its header", async () => {
    await refused("0x");
    await refused(slice(await whole(), 0, HEADER_BYTES - 1));
  });

  it("is refused when it is shorter or longer than its header says", async () => {
    const bytes = await whole();
    await refused(slice(bytes, 0, size(bytes) - 1));
    await refused(`${bytes}00`);
    await refused(slice(bytes, 0, HEADER_BYTES));
  });

  it("is refused wherever it is cut off", async () => {
    const bytes = await whole();
    for (let length = 0; length < size(bytes); length += 5) await refused(slice(bytes, 0, length));
  });

  it("is refused when its header counts other than what follows", async () => {
    const bytes = await whole();
    // Markets, orders and fills: one less, one more, and the most there can be.
    for (const [at, counts] of [
      [48, ["0001", "0003", "ffff"]],
      [50, ["0001", "0003", "ffff"]],
      [52, ["0000", "0002", "ffff"]],
    ] as const) {
      const end = digits(bytes, at + 2, size(bytes) - at - 2);
      for (const count of counts) await refused(`${slice(bytes, 0, at)}${count}${end}`);
    }
  });

  it("is refused when the markets do not rise strictly", async () => {
    const bytes = await whole();
    const [first, second] = [0, 1].map((i) =>
      digits(bytes, HEADER_BYTES + i * MARKET_BYTES, MARKET_BYTES),
    );
    const head = slice(bytes, 0, HEADER_BYTES);
    const rest = digits(
      bytes,
      HEADER_BYTES + 2 * MARKET_BYTES,
      size(bytes) - HEADER_BYTES - 2 * MARKET_BYTES,
    );
    await refused(`${head}${second}${first}${rest}`);
    await refused(`${head}${first}${first}${rest}`);
    await refused(`${head}${"00".repeat(8)}${second}${rest}`);
  });

  it("is refused when the orders are not sorted by maker and nonce", async () => {
    const bytes = await whole();
    const start = HEADER_BYTES + 2 * MARKET_BYTES;
    const [first, second] = [0, 1].map((i) => digits(bytes, start + i * ORDER_BYTES, ORDER_BYTES));
    const rest = digits(bytes, start + 2 * ORDER_BYTES, 10);
    await refused(`${slice(bytes, 0, start)}${second}${first}${rest}`);
  });

  it("is refused when one order of an earlier maker comes late, among many", async () => {
    const orders = [];
    for (const maker of [x.alice, x.bob, x.carol, x.dave]) orders.push(await x.order(maker));
    const bytes = encodeBatch(await x.batch(orders, []));
    const start = HEADER_BYTES + MARKET_BYTES;
    const order = (i: number) => digits(bytes, start + i * ORDER_BYTES, ORDER_BYTES);
    const head = slice(bytes, 0, start);
    await x.attempt(x.operator, "settle", [bytes]);
    for (const [a, b, c, d] of [
      [1, 2, 3, 0],
      [0, 2, 1, 3],
      [1, 0, 2, 3],
      [0, 1, 3, 2],
    ] as const) {
      await refused(`${head}${order(a)}${order(b)}${order(c)}${order(d)}`);
    }
  });

  it("is refused when an order names no market of the batch", async () => {
    const bytes = await whole();
    const at = HEADER_BYTES + 2 * MARKET_BYTES + 20;
    const end = digits(bytes, at + 2, size(bytes) - at - 2);
    await refused(`${slice(bytes, 0, at)}0002${end}`);
  });

  it("is refused when a fill names no order of the batch", async () => {
    const bytes = await whole();
    const at = HEADER_BYTES + 2 * MARKET_BYTES + 2 * ORDER_BYTES;
    await refused(`${slice(bytes, 0, at)}0002${digits(bytes, at + 2, 8)}`);
    await refused(`${slice(bytes, 0, at + 2)}ffff${digits(bytes, at + 4, 6)}`);
  });
});
