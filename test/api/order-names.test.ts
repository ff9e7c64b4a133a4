import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { type CallOptions, useApiWorld } from "./support/api-world.ts";

const HASH = `0x${"ab".repeat(32)}`;

describe("orders by their names", () => {
  const world = useApiWorld({}, async () => ({
    limits: { rememberedOrders: 2, rememberedFills: 2 },
  }));
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("cancelled");
  });

  async function signedIn() {
    const account = await world().trader();
    return { account, token: await world().signIn(account) };
  }

  async function place(
    account: Awaited<ReturnType<typeof signedIn>>["account"],
    price: number,
    clientId?: string,
  ) {
    const order = await world().order(account, { marketId, price });
    const body = { ...order, ...(clientId === undefined ? {} : { clientId }) };
    const reply = await world().call("POST", "/v1/orders", { body });
    assert.equal(reply.status, 201, reply.text);
    return reply.body.order.hash as string;
  }

  const cancel = (options: CallOptions) => world().call("POST", "/v1/orders/cancel", options);
  const codes = (results: { ok: boolean; problem?: { code: string } }[]) =>
    results.map((result) => (result.ok ? "cancelled" : result.problem?.code));

  it("gives each order its own verdict: another's and one that never was alike, its second naming too", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const [first, second] = [await place(one.account, 100), await place(one.account, 101, "mine")];
    const foreign = await place(other.account, 102, "theirs");
    const kept = await place(one.account, 103);
    const hashes = [first, foreign, HASH, second, second.toUpperCase().replace("0X", "0x")];
    const { status, body } = await cancel({ body: { hashes }, token: one.token });
    assert.equal(status, 200);
    assert.deepEqual(codes(body.results), [
      "cancelled",
      "order_unknown",
      "order_unknown",
      "cancelled",
      "order_not_open",
    ]);
    const [, stranger, none] = body.results;
    delete stranger.problem.orderHash;
    delete none.problem.orderHash;
    assert.deepEqual(stranger, none);
    assert.equal(body.results[0].order.cancelReason, "user");
    const open = await world().call("GET", "/v1/orders?status=open", { token: one.token });
    assert.deepEqual(
      open.body.items.map(({ hash }: { hash: string }) => hash),
      [kept],
    );
    const theirs = await world().call("GET", "/v1/orders?status=open", { token: other.token });
    assert.equal(theirs.body.items.length, 1);
  });

  it("knows that an order which the engine has forgotten is over", async () => {
    const { account, token } = await signedIn();
    const hash = await place(account, 110, "long-ago");
    await cancel({ body: { hashes: [hash] }, token });
    for (let price = 111; price < 115; price++) {
      await cancel({ body: { hashes: [await place(account, price)] }, token });
    }
    const { body } = await cancel({ body: { hashes: [hash] }, token });
    assert.deepEqual(codes(body.results), ["order_not_open"]);
  });

  it("keeps a client id used, and its order to be found, for good", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const hash = await place(one.account, 120, "for-good");
    await cancel({ body: { hashes: [hash] }, token: one.token });
    for (let price = 121; price < 125; price++) {
      await cancel({
        body: { hashes: [await place(one.account, price)] },
        token: one.token,
      });
    }
    const again = {
      ...(await world().order(one.account, { marketId, price: 120 })),
      clientId: "for-good",
    };
    const refused = await world().call("POST", "/v1/orders", { body: again });
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, "client_id_used");
    const found = await world().call("GET", "/v1/orders/by-client-id/for-good", {
      token: one.token,
    });
    assert.equal(found.body.order.hash, hash);
    const foreign = await world().call("GET", "/v1/orders/by-client-id/for-good", {
      token: other.token,
    });
    assert.equal(foreign.body.code, "order_unknown");
    await place(other.account, 120, "for-good");
  });
});

describe("a batch of orders", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("batched");
  });

  it("takes an order once that it holds twice, and a client id once", async () => {
    const { call, trader, order, signIn } = world();
    const maker = await trader();
    const twice = await order(maker, { marketId, price: 200 });
    const [one, two] = [
      { ...(await order(maker, { marketId, price: 201 })), clientId: "same" },
      { ...(await order(maker, { marketId, price: 202 })), clientId: "same" },
    ];
    const { body } = await call("POST", "/v1/orders/batch", {
      body: { orders: [twice, twice, one, two, one] },
    });
    assert.deepEqual(
      body.results.map((result: { repeated?: boolean; problem?: { code: string } }) =>
        result.problem ? result.problem.code : result.repeated,
      ),
      [false, true, false, "client_id_used", true],
    );
    const open = await call("GET", "/v1/orders?status=open", { token: await signIn(maker) });
    assert.equal(open.body.items.length, 2);
  });

  it("matches its orders with each other in their order", async () => {
    const { call, trader, order } = world();
    const [buyer, seller] = [await trader(), await trader()];
    const orders = [
      await order(buyer, { marketId, price: 600, quantity: 10 }),
      await order(seller, { marketId, outcome: 0, price: 400, quantity: 10 }),
    ];
    const { body } = await call("POST", "/v1/orders/batch", { body: { orders } });
    assert.deepEqual(body.results[0].fills, []);
    assert.equal(body.results[1].fills[0].makerHash, body.results[0].order.hash);
  });
});
