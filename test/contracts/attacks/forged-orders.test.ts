import { describe, it } from "mocha";
import { encodeAbiParameters, type Hex, keccak256, zeroAddress } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { exchangeDomain, hashOrder } from "../../../protocol/order-hash.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { type AttackedFill, prepareLiveMarkets, settleAmidHonest } from "../support/live-batch.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("attack: orders that their maker did not sign", () => {
  const x = useExchange(prepareLiveMarkets);
  const buy = (terms: Partial<Order> = {}) => x.order(x.alice, terms);
  const sell = (terms: Partial<Order> = {}) => x.order(x.bob, { side: 1, ...terms });

  it("any field changed after signing", async () => {
    const changes: Partial<Order>[] = [
      { maker: x.carol.address },
      { marketId: 2 },
      { outcome: 0, side: 0 },
      { price: 499 },
      { quantity: 101 },
      { timeInForce: 2 },
      { maxFeeBps: 9_999 },
      { expiry: x.startTime + 100_000 },
      { nonce: 123_456n },
    ];
    const fills: AttackedFill[] = [];
    for (const change of changes) {
      const signed = await sell();
      const maker = { ...signed, order: { ...signed.order, ...change } };
      const marketId = maker.order.marketId;
      fills.push({ taker: await buy({ marketId }), maker, outcome: "maker_signature_invalid" });
    }
    await settleAmidHonest(x, fills);
  });

  it("an order signed for another chain, another exchange, another version or name", async () => {
    const own = exchangeDomain(x.chain.reader.chain.id, x.exchange);
    const others = [
      exchangeDomain(1, x.exchange),
      exchangeDomain(x.chain.reader.chain.id, x.outcomeTokens),
      { ...own, version: "2" },
      { ...own, name: "agon" },
    ];
    const fills: AttackedFill[] = [];
    for (const domain of others) {
      const { order } = await sell();
      const signature = await x.bob.sign({ hash: hashOrder(domain, order) });
      const maker = { order, signature };
      fills.push({ taker: await buy(), maker, outcome: "maker_signature_invalid" });
    }
    await settleAmidHonest(x, fills);
  });

  it("an order signed as a plain message, or by its bare struct hash", async () => {
    const { order } = await sell();
    const hash = x.hash(order);
    const signatures = [
      await x.bob.signMessage({ message: { raw: hash } }),
      await x.bob.sign({ hash: keccak256(encodeAbiParameters([{ type: "bytes32" }], [hash])) }),
    ];
    const taker = await buy();
    await settleAmidHonest(
      x,
      signatures.map((signature) => {
        return { taker, maker: { order, signature }, outcome: "maker_signature_invalid" };
      }),
    );
  });

  it("malleable, empty and impossible signatures", async () => {
    const { order, signature } = await sell();
    const r = signature.slice(0, 66);
    const s = BigInt(`0x${signature.slice(66, 130)}`);
    const word = (value: bigint) => value.toString(16).padStart(64, "0");
    const otherV = signature.endsWith("1b") ? "1c" : "1b";
    const forged = [
      // The twin: as good a curve point, yet a high s.
      `${r}${word(CURVE_ORDER - s)}${otherV}`,
      `${signature.slice(0, 130)}${otherV}`,
      `0x${"00".repeat(64)}1b`,
      `0x${"00".repeat(32)}${word(s)}1b`,
      `${r}${"00".repeat(32)}1b`,
      `0x${word(CURVE_ORDER)}${word(s)}1b`,
      `0x${"ff".repeat(32)}${word(s)}1b`,
    ] as Hex[];
    const taker = await buy();
    const bad = forged.map((signature) => {
      return { taker, maker: { order, signature }, outcome: "maker_signature_invalid" };
    });
    await settleAmidHonest(x, [...bad, { taker, maker: { order, signature }, outcome: "settled" }]);
  });

  it("orders of the zero address, of the exchange and of its tokens, signed by nobody", async () => {
    await x.faucet(x.carol, 2_000_000n);
    await x.approve(x.carol, 2_000_000n);
    const taker = await x.order(x.bob, { side: 1, quantity: 300 });
    const fills: AttackedFill[] = [];
    for (const maker of [zeroAddress, x.exchange, x.outcomeTokens] as const) {
      // Their cash, if someone was so kind, is out of everybody's reach.
      x.holders.add(maker);
      await x.write(x.carol, "deposit", [maker, 600_000n]);
      const { order } = await x.order(x.carol, { maker });
      const signatures = [`0x${"00".repeat(64)}`, `0x${"11".repeat(64)}`] as Hex[];
      for (const signature of signatures) {
        const none: SignedOrder = { order, signature };
        fills.push({ taker, maker: none, outcome: "maker_signature_invalid" });
      }
    }
    await settleAmidHonest(x, fills);
  });
});
