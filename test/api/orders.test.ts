import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

describe("orders over HTTP", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("rain-tomorrow");
  });

  it("refuses a signature of another key and says whose it is", async () => {
    const { call, trader, order } = world();
    const [maker, stranger] = [await trader(), await trader()];
    const request = await order(stranger, { maker: maker.address, marketId });
    const { status, headers, body } = await call("POST", "/v1/orders", { body: request });
    assert.equal(status, 400);
    assert.equal(body.code, "signature_invalid");
    assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.equal(body.recoveredSigner, stranger.address.toLowerCase());
    assert.equal(body.expectedSigner, maker.address.toLowerCase());
    assert.match(body.structHash, /^0x[0-9a-f]{64}$/);
    assert.equal(body.requestId, headers.get("x-request-id"));
  });

  it("refuses an order of another maker in a session", async () => {
    const { call, trader, signIn, order } = world();
    const [maker, other] = [await trader(), await trader(0n)];
    const body = await order(maker, { marketId });
    const reply = await call("POST", "/v1/orders", { body, token: await signIn(other) });
    assert.equal(reply.status, 403);
    assert.equal(reply.body.code, "order_maker_mismatch");
  });

  it("refuses an order beyond the account's cash and shows what is free", async () => {
    const { call, trader, order } = world();
    const poor = await trader(1000n);
    const { status, body } = await call("POST", "/v1/orders", {
      body: await order(poor, { marketId }),
    });
    assert.equal(status, 422);
    assert.equal(body.code, "insufficient_cash");
  });

  it("refuses a price outside the range with the rule's own code", async () => {
    const { call, trader, order } = world();
    const maker = await trader();
    const reply = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 1000 }),
    });
    assert.equal(reply.body.code, "price_out_of_range");
  });

  it("places, repeats, reads and cancels an order", async () => {
    const { call, trader, signIn, order } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const request = { ...(await order(maker, { marketId, price: 400 })), clientId: "first" };
    const placed = await call("POST", "/v1/orders", { body: request });
    assert.equal(placed.status, 201);
    assert.equal(placed.body.order.status, "open");
    const repeated = await call("POST", "/v1/orders", { body: request });
    assert.equal(repeated.status, 200);
    assert.equal(repeated.body.repeated, true);

    const { hash } = placed.body.order;
    const read = await call("GET", `/v1/orders/${hash}`, { token });
    assert.deepEqual(read.body.order, placed.body.order);
    const byClientId = await call("GET", "/v1/orders/by-client-id/first", { token });
    assert.equal(byClientId.body.order.hash, hash);

    const cancelled = await call("DELETE", `/v1/orders/${hash}`, { token });
    assert.equal(cancelled.body.order.status, "cancelled");
    const again = await call("DELETE", `/v1/orders/${hash}`, { token });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, "order_not_open");
  });

  it("hides one account's order from another", async () => {
    const { call, trader, signIn, order } = world();
    const [maker, other] = [await trader(), await trader()];
    const placed = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 300 }),
    });
    const token = await signIn(other);
    for (const method of ["GET", "DELETE"]) {
      const reply = await call(method, `/v1/orders/${placed.body.order.hash}`, { token });
      assert.equal(reply.status, 404);
      assert.equal(reply.body.code, "order_unknown");
    }
  });

  it("gives each order of a batch its own verdict", async () => {
    const { call, trader, order } = world();
    const maker = await trader();
    const orders = [
      await order(maker, { marketId, price: 100 }),
      await order(maker, { marketId: 999, price: 100 }),
      { ...(await order(maker, { marketId, price: 101 })), signature: `0x${"00".repeat(65)}` },
      await order(maker, { marketId, price: 102 }),
    ];
    const { status, body } = await call("POST", "/v1/orders/batch", { body: { orders } });
    assert.equal(status, 200);
    assert.deepEqual(
      body.results.map((result: { ok: boolean; problem?: { code: string } }) =>
        result.ok ? "accepted" : result.problem?.code,
      ),
      ["accepted", "market_unknown", "signature_invalid", "accepted"],
    );
  });

  it("fills crossing orders, and lists trades, fills and the book that is left", async () => {
    const { call, trader, signIn, order, engine } = world();
    const id = await engine.createMarket("crossing-orders");
    const [yes, no] = [await trader(), await trader()];
    await call("POST", "/v1/orders", {
      body: await order(yes, { marketId: id, outcome: 1, price: 600, quantity: 300 }),
    });
    const taken = await call("POST", "/v1/orders", {
      body: await order(no, { marketId: id, outcome: 0, price: 450, quantity: 100 }),
    });
    assert.equal(taken.body.order.status, "filled");
    const [fill] = taken.body.fills;
    assert.equal(fill.matchKind, "mint");
    assert.equal(fill.yesPriceTicks, 600);

    const trades = await call("GET", "/v1/markets/crossing-orders/trades");
    assert.deepEqual(trades.body.items, [fill]);
    const fills = await call("GET", "/v1/account/fills", { token: await signIn(yes) });
    assert.deepEqual(fills.body.items, [{ role: "maker", fill }]);
    const book = await call("GET", "/v1/markets/crossing-orders/book");
    assert.deepEqual(book.body.bids, [[600, 200]]);
    assert.deepEqual(book.body.asks, []);
    const ticker = await call("GET", "/v1/markets/crossing-orders/ticker");
    assert.equal(ticker.body.lastYesPriceTicks, 600);
    assert.equal(ticker.body.volumeLots24h, "100");
    const portfolio = await call("GET", "/v1/account/portfolio", { token: await signIn(no) });
    assert.equal(portfolio.body.equityMicro, "1000000000");
    assert.equal(portfolio.body.positions[0].noAvailableLots, 100);
  });

  it("pages through orders without missing or repeating one", async () => {
    const { call, trader, signIn, order } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const placed: string[] = [];
    for (let price = 1; price <= 5; price++) {
      const body = await order(maker, { marketId, price });
      placed.unshift((await call("POST", "/v1/orders", { body })).body.order.hash);
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const suffix = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await call("GET", `/v1/orders?limit=2${suffix}`, { token });
      seen.push(...body.items.map(({ hash }: { hash: string }) => hash));
      cursor = body.nextCursor;
    }
    assert.deepEqual(seen, placed);
    const foreign = await call("GET", "/v1/orders?cursor=WyJmaWxscyIsIjEiXQ", { token });
    assert.equal(foreign.body.code, "cursor_invalid");
  });

  it("explains an order without placing it", async () => {
    const { call, trader, signIn, order } = world();
    const maker = await trader(1000n);
    const token = await signIn(maker);
    const request = await order(maker, { marketId, price: 500, quantity: 100 });
    const { body } = await call("POST", "/v1/orders/check", { body: request, token });
    assert.equal(body.valid, false);
    assert.equal(body.recoveredSigner, maker.address.toLowerCase());
    assert.deepEqual(body.needs, { asset: "cash", amount: "500000" });
    assert.equal(body.account.freeAmount, "1000");
    assert.deepEqual(
      body.problems.map(({ code }: { code: string }) => code),
      ["insufficient_cash"],
    );
    const unsigned = await call("POST", "/v1/orders/check", { body: { order: request.order } });
    assert.equal(unsigned.body.orderHash, body.orderHash);
    assert.equal(unsigned.body.account, null);
  });

  it("signs a fast withdrawal of free funds only", async () => {
    const { call, trader, signIn } = world();
    const maker = await trader(5_000_000n);
    const token = await signIn(maker);
    const tooMuch = await call("POST", "/v1/account/withdrawals", {
      body: { asset: "cash", amount: "5000001" },
      token,
    });
    assert.equal(tooMuch.status, 422);
    assert.equal(tooMuch.body.code, "release_exceeds_settled");
    const nothing = await call("POST", "/v1/account/withdrawals", {
      body: { asset: "cash", amount: "0" },
      token,
    });
    assert.equal(nothing.body.code, "amount_invalid");
    const granted = await call("POST", "/v1/account/withdrawals", {
      body: { asset: "cash", amount: "2000000" },
      token,
    });
    assert.equal(granted.status, 201);
    assert.equal(granted.body.release.account, maker.address.toLowerCase());
    assert.match(granted.body.transaction.data, /^0x[0-9a-f]+$/);
    const balance = await call("GET", "/v1/account/balance", { token });
    assert.equal(balance.body.availableMicro, "3000000");
    assert.equal(balance.body.reservedMicro, "2000000");
  });
});
