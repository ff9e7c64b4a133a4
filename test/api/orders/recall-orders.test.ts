import assert from "node:assert/strict";
import { before, beforeEach, describe, it } from "mocha";
import type { PrivateKeyAccount } from "viem";
import type { PlaceOrderRequest } from "../../../protocol/wire/order.ts";
import { useApiWorld } from "../support/api-world.ts";

describe("orders that the engine has forgotten", () => {
  const world = useApiWorld({}, async () => ({
    limits: { rememberedOrders: 1, rememberedFills: 0 },
  }));
  let marketId: number;
  let maker: PrivateKeyAccount;
  let forgotten: PlaceOrderRequest;
  let hash: string;

  before(async () => {
    marketId = await world().engine.createMarket("long-ago");
  });

  beforeEach(async () => {
    maker = await world().trader();
    forgotten = { ...(await world().order(maker, { marketId, price: 300 })), clientId: "mine" };
    hash = (await world().call("POST", "/v1/orders", { body: forgotten })).body.order.hash;
    const token = await world().signIn(maker);
    await world().call("DELETE", `/v1/orders/${hash}`, { token });
    await endAnother(token);
  });

  /** The engine remembers the last order that ended, and no other. */
  async function endAnother(token: string): Promise<void> {
    const { call, order } = world();
    const body = await order(maker, { marketId, price: 300 });
    const other = (await call("POST", "/v1/orders", { body })).body.order.hash;
    assert.equal((await call("DELETE", `/v1/orders/${other}`, { token })).status, 200);
  }

  it("tells a stranger nothing of them", async () => {
    const { call, trader, order } = world();
    const stranger = await trader();
    const { signature } = await order(stranger, { ...fields(forgotten), maker: maker.address });
    const { body } = await call("POST", "/v1/orders", { body: { ...forgotten, signature } });
    assert.equal(body.code, "signature_invalid");
  });

  it("refuses another order of a used nonce, and of a used client id", async () => {
    const { call, order } = world();
    const nonce = BigInt(forgotten.order.nonce);
    const reused = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 301, nonce }),
    });
    assert.equal(reused.body.code, "nonce_used");
    const named = await call("POST", "/v1/orders", {
      body: { ...(await order(maker, { marketId })), clientId: "mine" },
    });
    assert.equal(named.body.code, "client_id_used");
  });

  it("refuses to cancel or to amend them, as they are not open", async () => {
    const { call, signIn, order } = world();
    const cancelled = await call("DELETE", `/v1/orders/${hash}`, { token: await signIn(maker) });
    assert.equal(cancelled.body.code, "order_not_open");
    assert.equal(cancelled.body.status, 409);
    const nonce = BigInt(forgotten.order.nonce);
    const amended = await call("POST", "/v1/orders", {
      body: { ...(await order(maker, { marketId, price: 310, nonce })), replaces: hash },
    });
    assert.equal(amended.body.code, "order_not_open");
  });

  it("gives one that is sent again its first result, alone and in a batch", async () => {
    const { call } = world();
    const again = await call("POST", "/v1/orders", { body: forgotten });
    assert.equal(again.status, 200);
    assert.equal(again.body.repeated, true);
    assert.equal(again.body.order.hash, hash);
    assert.equal(again.body.order.status, "cancelled");
    const { results } = (
      await call("POST", "/v1/orders/batch", { body: { orders: [forgotten, forgotten] } })
    ).body;
    assert.deepEqual(
      results.map((one: { ok: boolean; repeated: boolean }) => [one.ok, one.repeated]),
      [
        [true, true],
        [true, true],
      ],
    );
  });

  it("gives one that is sent again its first result, also while no orders are taken", async () => {
    const { call, engine, order } = world();
    await engine.report({ kind: "hold", phase: "cancel_only", marketId });
    const again = await call("POST", "/v1/orders", { body: forgotten });
    const other = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    await engine.report({ kind: "hold", phase: "open", marketId });
    assert.deepEqual(
      [again.status, again.body.repeated, again.body.order?.hash],
      [200, true, hash],
    );
    assert.equal(other.body.code, "cancel_only");
  });

  it("gives one that a delegate signed its first result, also when the delegate is gone", async () => {
    const { call, trader, order, engine } = world();
    const delegate = await trader();
    const names = { account: maker.address, delegate: delegate.address };
    await engine.block([{ type: "delegate_added", ...names }]);
    const token = await world().signIn(maker);
    const signed = await order(delegate, { marketId, maker: maker.address, price: 300 });
    const placed = await call("POST", "/v1/orders", { body: signed });
    await call("DELETE", `/v1/orders/${placed.body.order.hash}`, { token });
    await endAnother(token);
    await engine.block([{ type: "delegate_removed", ...names, effectiveAt: 0 }]);
    const again = await call("POST", "/v1/orders", { body: signed });
    assert.equal(again.body.repeated, true);
    assert.equal(again.body.order.hash, placed.body.order.hash);
  });

  it("gives an open order that is sent again all of its fills, forgotten ones too", async () => {
    const { call, trader, order, engine } = world();
    const market = await engine.createMarket(`filled-${hash.slice(2, 10)}`);
    const resting = await order(maker, { marketId: market, price: 400, quantity: 90 });
    await call("POST", "/v1/orders", { body: resting });
    const taker = await trader();
    const seqs: number[] = [];
    for (let i = 0; i < 2; i++) {
      const body = await order(taker, { marketId: market, outcome: 0, price: 600, quantity: 30 });
      const placed = await call("POST", "/v1/orders", { body });
      seqs.push(...placed.body.fills.map(({ fillSeq }: { fillSeq: number }) => fillSeq));
    }
    assert.equal(seqs.length, 2);
    await engine.simulateSettlement(seqs[1] as number);
    const again = await call("POST", "/v1/orders", { body: resting });
    assert.equal(again.body.order.status, "partially_filled");
    assert.deepEqual(
      again.body.fills.map(({ fillSeq, status }: { fillSeq: number; status: string }) => [
        fillSeq,
        status,
      ]),
      seqs.map((seq) => [seq, "simulated"]),
    );
  });
});

/** The terms of a signed order, as they are signed again. */
function fields({ order }: PlaceOrderRequest) {
  return { ...order, nonce: BigInt(order.nonce) };
}
