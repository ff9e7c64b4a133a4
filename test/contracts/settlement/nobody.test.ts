import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Hex, zeroAddress } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { useExchange } from "../support/exchange-fixture.ts";

const NO_SIGNATURE: Hex = `0x${"00".repeat(64)}`;

describe("settle: orders of the zero address", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fund(fixture.alice, 10_000_000n);
    for (const owner of [fixture.alice, fixture.bob]) await fixture.fundShares(owner, 1, 1000);
  });

  /** Recovering what nobody signed gives the zero address, which here is the maker's. */
  async function nobodys(terms: Partial<Order>): Promise<SignedOrder> {
    const { order } = await x.order(x.alice, { maker: zeroAddress, ...terms });
    return { order, signature: NO_SIGNATURE };
  }

  it("never settle, whatever they share, and leave the batch's other fills alone", async () => {
    const orders = [
      await nobodys({ nonce: 0n }),
      await nobodys({ nonce: 1n, side: 1 }),
      await nobodys({ nonce: 9n }),
      await x.order(x.alice),
      await x.order(x.bob, { side: 1 }),
    ];
    const fill = { quantityLots: 10, yesPriceTicks: 500 };
    const { outcomes } = await x.settle(orders, [
      { takerIndex: 0, makerIndex: 4, ...fill },
      { takerIndex: 3, makerIndex: 1, ...fill },
      { takerIndex: 2, makerIndex: 4, ...fill },
      { takerIndex: 3, makerIndex: 4, ...fill },
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome === 0 ? "settled" : skipReasonName(outcome))),
      ["taker_signature_invalid", "maker_signature_invalid", "taker_signature_invalid", "settled"],
    );
    assert.equal(await x.read("filledLots", [zeroAddress, 0n]), 0);
    assert.equal(await x.read("cashOf", [zeroAddress]), 0n);
  });
});
