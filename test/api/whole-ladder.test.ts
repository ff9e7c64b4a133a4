import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { MICRO_PER_LOT } from "../../protocol/units.ts";
import { toPriceTicks, toQuantityLots } from "../../sdk/amounts.ts";
import { useApiWorld } from "./support/api-world.ts";

const BATCH = 100;
const TICKS = Array.from({ length: 999 }, (_, index) => index + 1);
/** Distinct for each price, and with two decimals that floats do not have. */
const lotsAt = (tick: number) => 1 + ((tick * 37) % 2_903);

describe("prices and quantities as decimal text", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("ladder");
  });

  it("are taken at each of the 999 prices, and lock their exact product", async () => {
    const { call, order, signIn, trader } = world();
    const maker = await trader(10n ** 12n);
    const token = await signIn(maker);
    for (let from = 0; from < TICKS.length; from += BATCH) {
      const ticks = TICKS.slice(from, from + BATCH);
      const orders = await Promise.all(
        ticks.map((tick) =>
          order(maker, {
            marketId,
            price: toPriceTicks((tick / 1000).toFixed(3)),
            quantity: toQuantityLots((lotsAt(tick) / 100).toFixed(2)),
          }),
        ),
      );
      const { status, body } = await call("POST", "/v1/orders/batch", { body: { orders }, token });
      assert.equal(status, 200);
      const refused = body.results.filter(({ ok }: { ok: boolean }) => !ok);
      assert.deepEqual(refused, []);
    }
    const due = TICKS.reduce((sum, tick) => sum + tick * lotsAt(tick), 0) * (MICRO_PER_LOT / 1000);
    const locked = (await call("GET", "/v1/account/balance", { token })).body;
    assert.equal(locked.lockedMicro, String(due));
    const cancelled = await call("DELETE", "/v1/orders", { token });
    assert.equal(cancelled.status, 200);
    const after = (await call("GET", "/v1/account/balance", { token })).body;
    assert.deepEqual([after.lockedMicro, after.availableMicro], ["0", String(10n ** 12n)]);
  });
});
