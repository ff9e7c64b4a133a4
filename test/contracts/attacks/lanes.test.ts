import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, getAddress } from "viem";
import type { Order } from "../../../protocol/order.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { type AttackedFill, prepareLiveMarkets, settleAmidHonest } from "../support/live-batch.ts";

const TOP_NONCE = 2n ** 64n - 1n;
/** The most that an order may hold. */
const TOP_LOTS = 0xffff_fffe;

/** Addresses that differ where a careless packing would cut them off. */
const LIKE_MAKERS: readonly Address[] = [
  "0x1000000000000000000000000000000000000001",
  "0x1000000000000000000000000000000000000002",
  "0x2000000000000000000000000000000000000001",
  "0x1000000000000000000000010000000000000001",
  "0x0000000000000000000000000000000000000001",
].map((address) => getAddress(address));

describe("attack: filled quantities that share a slot", () => {
  const x = useExchange(prepareLiveMarkets);
  const filled = (maker: Address, nonce: bigint) => x.read("filledLots", [maker, nonce]);

  /** Bob's sells under these nonces, each filled by as many lots as its place says. */
  async function fillEach(nonces: readonly bigint[]): Promise<void> {
    const taker = await x.order(x.alice, { quantity: 1000 });
    const fills: AttackedFill[] = [];
    for (const [place, nonce] of nonces.entries()) {
      const maker = await x.order(x.bob, { side: 1, nonce });
      fills.push({ taker, maker, quantityLots: place + 1, outcome: "settled" });
    }
    await settleAmidHonest(x, fills);
    for (const [place, nonce] of nonces.entries()) {
      assert.equal(await filled(x.bob.address, nonce), place + 1, `nonce ${nonce}`);
    }
  }

  it("neighbour nonces: all eight of a lane, and the lanes beside it", async () => {
    await fillEach([15n, 16n, 17n, 18n, 19n, 20n, 21n, 22n, 23n, 24n]);
    for (const nonce of [14n, 25n]) assert.equal(await filled(x.bob.address, nonce), 0);
  });

  it("the first and the last nonces there are", async () => {
    await fillEach([0n, 1n, 7n, 8n, TOP_NONCE - 8n, TOP_NONCE - 7n, TOP_NONCE - 1n, TOP_NONCE]);
  });

  it("makers of like high or low bits, at the ends of their nonces", async () => {
    const buyers = LIKE_MAKERS;
    for (const buyer of buyers) {
      x.holders.add(buyer);
      await x.faucet(x.carol, 1_000_000n);
      await x.approve(x.carol, 1_000_000n);
      await x.write(x.carol, "deposit", [buyer, 1_000_000n]);
      await x.write(buyer, "addDelegate", [x.dave.address]);
    }
    const terms = (maker: Address, nonce: bigint): Partial<Order> => ({ maker, nonce });
    const seller = await x.order(x.bob, { side: 1, quantity: 1000 });
    const fills: AttackedFill[] = [];
    for (const [i, buyer] of buyers.entries()) {
      for (const [j, nonce] of [0n, 7n, TOP_NONCE].entries()) {
        const maker = await x.order(x.dave, terms(buyer, nonce));
        const quantityLots = 1 + 3 * i + j;
        fills.push({ taker: seller, maker, quantityLots, outcome: "settled" });
      }
    }
    await settleAmidHonest(x, fills);
    for (const [i, buyer] of buyers.entries()) {
      assert.equal(await filled(buyer, TOP_NONCE), 1 + 3 * i + 2);
      assert.equal(await filled(buyer, 6n), 0);
    }
  });

  it("the largest order there is, beside an order above and one below", async () => {
    // 2^32 - 2 lots at 1 tick cost 42,950 collateral, and its shares 42.9 million.
    const pairs = BigInt(TOP_LOTS) * 10_000n;
    for (let given = 0n; given < pairs; given += 1_000_000_000_000n) {
      await x.faucet(x.bob, 1_000_000_000_000n);
    }
    await x.approve(x.bob, pairs);
    await x.write(x.bob, "split", [1n, BigInt(TOP_LOTS)]);
    await x.fund(x.alice, BigInt(TOP_LOTS) * 10n);

    const price = 1;
    const sell = (nonce: bigint, quantity: number) =>
      x.order(x.bob, { side: 1, nonce, quantity, price });
    const [below, largest, above] = [
      await sell(32n, 1),
      await sell(33n, TOP_LOTS),
      await sell(34n, 1),
    ];
    const taker = await x.order(x.alice, { nonce: 33n, quantity: TOP_LOTS, price });
    const other = () => x.order(x.alice, { quantity: 1, price });
    const yesPriceTicks = price;
    await settleAmidHonest(x, [
      { taker, maker: largest, quantityLots: TOP_LOTS, yesPriceTicks, outcome: "settled" },
      {
        taker: await other(),
        maker: largest,
        quantityLots: 1,
        yesPriceTicks,
        outcome: "maker_overfilled",
      },
      { taker: await other(), maker: below, quantityLots: 1, yesPriceTicks, outcome: "settled" },
      { taker: await other(), maker: above, quantityLots: 1, yesPriceTicks, outcome: "settled" },
    ]);
    assert.equal(await filled(x.bob.address, 33n), TOP_LOTS);
    assert.equal(await filled(x.bob.address, 35n), 0);
  });

  it("a cancel mark beside a filled nonce, in a lane that a batch writes at once", async () => {
    await x.write(x.bob, "requestCancel", [[TOP_NONCE, 41n]]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.carol, "finalizeCancel", [x.bob.address, [41n, TOP_NONCE]]);
    await fillEach([40n, 42n, TOP_NONCE - 1n]);
    const taker = await x.order(x.alice);
    for (const nonce of [41n, TOP_NONCE]) {
      assert.equal(await filled(x.bob.address, nonce), 0xffff_ffff);
      const maker = await x.order(x.bob, { side: 1, nonce });
      await settleAmidHonest(x, [{ taker, maker, outcome: "maker_order_cancelled" }]);
    }
  });
});
