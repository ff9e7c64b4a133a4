import { describe, it } from "mocha";
import type { Hex } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { type AttackedFill, prepareLiveMarkets, settleAmidHonest } from "../support/live-batch.ts";

/** Every way in which an order of Bob's can fail by itself, and the reason that the batch reports. */
const POISONS: readonly [Partial<Order>, string][] = [
  [{ timeInForce: 6 as 5 }, "time_in_force_invalid"],
  [{ timeInForce: 63 as 5 }, "time_in_force_invalid"],
  [{ price: 0 }, "price_invalid"],
  [{ price: 1000 }, "price_invalid"],
  [{ price: 65_535 }, "price_invalid"],
  [{ quantity: 0 }, "quantity_invalid"],
  [{ quantity: 0xffff_ffff }, "quantity_invalid"],
  [{ expiry: 1 }, "expired"],
  [{ nonce: 1n }, "nonce_below_floor"],
  [{ nonce: 500n }, "order_cancelled"],
  [{ price: 501 }, "limit_exceeded"],
  [{ quantity: 99 }, "overfilled"],
];

describe("attack: poison orders amid honest ones", () => {
  const x = useExchange(async (fixture) => {
    await prepareLiveMarkets(fixture);
    await fixture.write(fixture.bob, "raiseCancelFloor", [2n]);
    await fixture.write(fixture.bob, "requestCancel", [[500n]]);
    await fixture.chain.travelTo((await fixture.chain.now()) + EXIT_DELAY_SECONDS);
    await fixture.write(fixture.carol, "finalizeCancel", [fixture.bob.address, [500n]]);
  });
  const poison = (terms: Partial<Order>) => x.order(x.bob, { side: 1, ...terms });
  const forged = async (): Promise<SignedOrder> => ({
    ...(await poison({})),
    signature: `0x${"5a".repeat(64)}` as Hex,
  });
  const good = async (): Promise<AttackedFill> => ({
    taker: await x.order(x.alice),
    maker: await poison({}),
    outcome: "settled",
  });
  /** Bob's bad order as the maker of Alice's fill. */
  const bad = async ([terms, name]: (typeof POISONS)[number]): Promise<AttackedFill> => ({
    taker: await x.order(x.alice),
    maker: await poison(terms),
    outcome: `maker_${name}`,
  });

  for (const entry of POISONS) {
    const [terms, name] = entry;
    const shown = Object.entries(terms).map(([field, value]) => `${field} ${value}`);
    it(`${name} (${shown}): first, in the middle, last and several, as maker and taker`, async () => {
      const asTaker = async (): Promise<AttackedFill> => ({
        taker: await poison(terms),
        maker: await x.order(x.alice, { price: 500 }),
        outcome: `taker_${name}`,
      });
      await settleAmidHonest(x, [await bad(entry), await good()]);
      await settleAmidHonest(x, [await good(), await bad(entry), await good()]);
      await settleAmidHonest(x, [await good(), await bad(entry)]);
      await settleAmidHonest(x, [await bad(entry), await asTaker(), await bad(entry)]);
    });
  }

  it("forged signature: first, in the middle, last and several", async () => {
    const fill = async () => ({
      taker: await x.order(x.alice),
      maker: await forged(),
      outcome: "maker_signature_invalid",
    });
    await settleAmidHonest(x, [
      await fill(),
      await good(),
      await fill(),
      await good(),
      await fill(),
    ]);
  });

  it("accounts without cash or shares: first, in the middle, last and several", async () => {
    const short = async (): Promise<AttackedFill[]> => [
      {
        taker: await x.order(x.alice),
        maker: await x.order(x.carol, { side: 1 }),
        outcome: "maker_shares_short",
      },
      {
        taker: await x.order(x.carol),
        maker: await poison({}),
        outcome: "taker_cash_short",
      },
    ];
    await settleAmidHonest(x, [...(await short()), await good(), ...(await short())]);
  });

  it("all kinds in one batch", async () => {
    const fills: AttackedFill[] = [];
    for (const entry of POISONS) fills.push(await bad(entry));
    fills.splice(6, 0, await good());
    await settleAmidHonest(x, fills);
  });

  it("one taker of honest and poisoned makers: the honest parts settle, the rest stays free", async () => {
    const taker = await x.order(x.alice, { quantity: 400 });
    const fills: AttackedFill[] = [];
    for (const entry of POISONS) fills.push({ ...(await bad(entry)), taker });
    for (const place of [0, 5, 10]) {
      fills.splice(place, 0, { taker, maker: await poison({}), outcome: "settled" });
    }
    await settleAmidHonest(x, fills);
  });

  it("one poisoned taker of many honest makers: each of its fills is skipped, no maker moves", async () => {
    const taker = await x.order(x.alice, { expiry: 1, quantity: 1000 });
    const fills: AttackedFill[] = [];
    for (let i = 0; i < 5; i++) {
      fills.push({ taker, maker: await poison({}), outcome: "taker_expired" });
    }
    await settleAmidHonest(x, fills);
    // The makers' orders still fill.
    const next = await x.order(x.alice, { quantity: 1000 });
    await settleAmidHonest(
      x,
      fills.map(({ maker }) => ({ taker: next, maker, outcome: "settled" })),
    );
  });
});
