import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Order } from "../../../protocol/order.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { type AttackedFill, prepareLiveMarkets, settleAmidHonest } from "../support/live-batch.ts";

/** A market with a taker fee of 1.37 %. */
const FEE_MARKET = 3;
const LEGS: readonly Partial<Order>[] = [
  { outcome: 1, side: 0 },
  { outcome: 1, side: 1 },
  { outcome: 0, side: 0 },
  { outcome: 0, side: 1 },
];
const TOP_NONCE = 2n ** 64n - 1n;

/** Carol has less than Alice's and Bob's fills with her ask for; what they gave must come back. */
describe("attack: a fill whose other side cannot give what it owes", () => {
  const x = useExchange(async (fixture) => {
    await prepareLiveMarkets(fixture);
    await fixture.createMarket({ takerFeeBps: 137 });
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fundShares(owner, FEE_MARKET, 1000);
      await fixture.write(owner, "raiseCancelFloor", [2n]);
    }
    await fixture.fund(fixture.carol, 499_999n);
    await fixture.fundShares(fixture.carol, FEE_MARKET, 99);
    await fixture.write(fixture.carol, "raiseCancelFloor", [2n]);
  });
  const isBid = ({ outcome, side }: Partial<Order>) => (outcome === 1) === (side === 0);
  const shortOf = ({ side }: Partial<Order>) => (side === 0 ? "cash_short" : "shares_short");
  const floors = () =>
    Promise.all([x.alice, x.bob, x.carol].map(({ address }) => x.read("cancelFloor", [address])));

  for (const poor of LEGS) {
    for (const rich of LEGS.filter((leg) => isBid(leg) !== isBid(poor))) {
      const name = (leg: Partial<Order>) =>
        `${leg.side === 0 ? "buys" : "sells"} ${leg.outcome === 1 ? "YES" : "NO"}`;
      it(`one ${name(poor)} by a lot or a micro too little, the other ${name(rich)}`, async () => {
        const before = await floors();
        const marketId = FEE_MARKET;
        const order = (owner: typeof x.alice, terms: Partial<Order>, nonce: bigint) =>
          x.order(owner, { ...terms, marketId, nonce, price: 500 });
        // Both ends of a lane, with a neighbour of each that fills before and after.
        const fills: AttackedFill[] = [];
        for (const nonce of [8n, 15n, TOP_NONCE]) {
          const neighbour = nonce ^ 1n;
          const alice = await order(x.alice, rich, nonce);
          const carol = await order(x.carol, poor, nonce);
          const honest = {
            taker: await order(x.alice, rich, neighbour),
            maker: await order(x.bob, poor, neighbour),
            quantityLots: 13,
            outcome: "settled",
          };
          fills.push(
            honest,
            { taker: alice, maker: carol, outcome: `maker_${shortOf(poor)}` },
            { taker: carol, maker: alice, outcome: `taker_${shortOf(poor)}` },
            honest,
          );
        }
        await settleAmidHonest(x, fills);
        assert.deepEqual(await floors(), before);
      });
    }
  }

  it("a quantity that would carry into every neighbour of its lane, and out of it", async () => {
    const fills: AttackedFill[] = [];
    for (let nonce = 16n; nonce < 24n; nonce++) {
      const taker = await x.order(x.alice, { nonce });
      const maker = await x.order(x.bob, { side: 1, nonce });
      for (const quantityLots of [0xffff_ffff, 0xffff_fffe, 0x8000_0000, 101]) {
        fills.push({ taker, maker, quantityLots, outcome: "taker_overfilled" });
      }
      const large = await x.order(x.alice, { nonce: nonce + 8n, quantity: 0xffff_fffe });
      fills.push(
        { taker: large, maker, quantityLots: 0xffff_fffe, outcome: "taker_cash_short" },
        { taker: maker, maker: large, quantityLots: 0xffff_fffe, outcome: "taker_overfilled" },
        { taker, maker, quantityLots: Number(nonce), outcome: "settled" },
      );
    }
    await settleAmidHonest(x, fills);
  });
});
