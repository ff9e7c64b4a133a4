import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

describe("what a refused order is told", () => {
  const world = useApiWorld();
  let fine: number;
  let coarse: number;

  before(async () => {
    fine = await world().engine.createMarket("fine-steps");
    coarse = await world().engine.createMarket("coarse-steps", { priceStep: 10 });
  });

  it("names the field that was signed otherwise, when placing, in a batch and when checking", async () => {
    const { call, trader, order } = world();
    const maker = await trader();
    const signed = await order(maker, { marketId: fine, price: 400 });
    const body = { ...signed, order: { ...signed.order, price: 600 } };
    const placed = await call("POST", "/v1/orders", { body });
    const batch = await call("POST", "/v1/orders/batch", { body: { orders: [body] } });
    const checked = await call("POST", "/v1/orders/check", { body });
    const problems = [placed.body, batch.body.results[0].problem, checked.body.problems[0]];
    for (const problem of problems) {
      assert.equal(problem.code, "signature_invalid");
      const { field, signed: was, needed } = problem.difference;
      assert.deepEqual([field, was, needed], ["order.price", "400", "600"]);
      assert.deepEqual(problem.expectedSigners, [maker.address.toLowerCase()]);
      assert.equal(problem.domainHash, checked.body.domainHash);
      assert.equal(problem.structHash, checked.body.structHash);
    }
    assert.equal(checked.body.valid, false);
  });

  it("tells a signature of no maker's from one of a delegate, which a check takes without a session", async () => {
    const { call, trader, order, engine } = world();
    const [maker, delegate] = [await trader(), await trader(0n)];
    const body = await order(delegate, { maker: maker.address, marketId: fine });
    const before = await call("POST", "/v1/orders/check", { body });
    assert.equal(before.body.valid, false);
    assert.equal(before.body.problems[0].difference, null);
    assert.equal(before.body.problems[0].recoveredSigner, delegate.address.toLowerCase());
    await engine.block([
      { type: "delegate_added", account: maker.address, delegate: delegate.address },
    ]);
    const after = await call("POST", "/v1/orders/check", { body });
    assert.equal(after.body.valid, true);
    assert.deepEqual(after.body.problems, []);
  });

  it("names the fault of a signature that nobody can have made", async () => {
    const { call, trader, order } = world();
    const maker = await trader();
    const signed = await order(maker, { marketId: fine });
    const body = { ...signed, signature: `${signed.signature.slice(0, -2)}25` };
    const placed = await call("POST", "/v1/orders", { body });
    assert.equal(placed.body.code, "signature_invalid");
    assert.equal(placed.body.fault, "recovery_id");
    assert.equal(placed.body.difference.field, "signature.v");
  });

  it("lists free, locked, set aside and pending cash, and the orders that hold it", async () => {
    const { call, trader, order, signIn } = world();
    const maker = await trader(1_000_000n);
    const token = await signIn(maker);
    const resting = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId: fine, price: 300, quantity: 100 }),
    });
    await call("POST", "/v1/account/withdrawals", { body: { asset: "cash", amount: "1" }, token });
    const body = await order(maker, { marketId: fine, price: 301, quantity: 10_000 });
    const refused = await call("POST", "/v1/orders", { body });
    assert.equal(refused.body.code, "insufficient_cash");
    const { freeMicro, lockedMicro, reservedMicro, pendingMicro, neededMicro } = refused.body;
    assert.deepEqual(
      { freeMicro, lockedMicro, reservedMicro, pendingMicro, neededMicro },
      {
        freeMicro: "699999",
        lockedMicro: "300000",
        reservedMicro: "1",
        pendingMicro: "0",
        neededMicro: "30100000",
      },
    );
    assert.deepEqual(refused.body.lockedBy, [resting.body.order.hash]);
    assert.equal(refused.body.lockedByCount, 1);
    const { account } = (await call("POST", "/v1/orders/check", { body, token })).body;
    assert.deepEqual(account, {
      freeAmount: "699999",
      lockedAmount: "300000",
      reservedAmount: "1",
      pendingAmount: "0",
      lockedBy: [resting.body.order.hash],
      lockedByCount: 1,
    });
  });

  it("lists the sales that hold the shares, and no others", async () => {
    const { call, trader, order, engine } = world();
    const maker = await trader();
    const shares = { account: maker.address, marketId: fine, outcome: 1 } as const;
    await engine.block([{ type: "shares_imported", ...shares, quantityLots: "100" }]);
    const sale = { marketId: fine, side: 1, price: 900, quantity: 60 } as const;
    const resting = await call("POST", "/v1/orders", { body: await order(maker, sale) });
    await call("POST", "/v1/orders", { body: await order(maker, { marketId: fine, price: 10 }) });
    const { body } = await call("POST", "/v1/orders", { body: await order(maker, sale) });
    assert.equal(body.code, "insufficient_shares");
    assert.deepEqual([body.freeLots, body.lockedLots, body.neededLots], ["40", "60", "60"]);
    assert.deepEqual(body.lockedBy, [resting.body.order.hash]);
    assert.equal(body.reservedLots, "0");
  });

  it("gives the market's step and the prices about the one that was sent", async () => {
    const { call, trader, order } = world();
    const maker = await trader();
    const off = { body: await order(maker, { marketId: coarse, price: 995 }) };
    for (const path of ["/v1/orders", "/v1/orders/check"]) {
      const { body } = await call("POST", path, off);
      const problem = body.problems?.[0] ?? body;
      assert.equal(problem.code, "price_off_step");
      const { priceStep, minPrice, maxPrice, priceBelow, priceAbove } = problem;
      assert.deepEqual(
        { priceStep, minPrice, maxPrice, priceBelow, priceAbove },
        { priceStep: 10, minPrice: 10, maxPrice: 990, priceBelow: 990, priceAbove: null },
      );
    }
    const low = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId: coarse, price: 0 }),
    });
    assert.deepEqual(
      [low.body.code, low.body.priceBelow, low.body.priceAbove],
      ["price_out_of_range", null, 10],
    );
    const high = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId: fine, price: 2000 }),
    });
    assert.deepEqual([high.body.priceBelow, high.body.priceAbove], [999, null]);
    const none = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId: fine, quantity: 0 }),
    });
    assert.deepEqual(
      [none.body.code, none.body.minQuantity, none.body.quantityStep],
      ["quantity_out_of_range", 1, 1],
    );
  });

  it("is told to nobody but the maker's own signers", async () => {
    const { call, trader, order } = world();
    const [maker, stranger] = [await trader(1000n), await trader()];
    const body = await order(stranger, { maker: maker.address, marketId: fine });
    const refused = await call("POST", "/v1/orders", { body });
    assert.equal(refused.body.code, "signature_invalid");
    assert.equal("lockedBy" in refused.body || "freeMicro" in refused.body, false);
    const checked = await call("POST", "/v1/orders/check", { body });
    assert.equal(checked.body.account, null);
  });
});
