import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

const PATH = "/v1/orders/cancel";
const UNKNOWN = `0x${"99".repeat(32)}`;

describe("POST /v1/orders/cancel", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("cancelled-by-list");
  });

  async function withOrders(count: number) {
    const { call, trader, signIn, order } = world();
    const maker = await trader();
    const hashes: string[] = [];
    for (let i = 0; i < count; i++) {
      const body = await order(maker, { marketId, price: 100 + i });
      hashes.push((await call("POST", "/v1/orders", { body })).body.order.hash);
    }
    return { token: await signIn(maker), hashes };
  }

  it("needs a session", async () => {
    const { status, body } = await world().call("POST", PATH, { body: { hashes: [UNKNOWN] } });
    assert.deepEqual([status, body.code], [401, "unauthenticated"]);
  });

  it("refuses an empty list and one that is too long", async () => {
    const { token } = await withOrders(0);
    for (const count of [0, 101]) {
      const body = { hashes: Array.from({ length: count }, () => UNKNOWN) };
      const reply = await world().call("POST", PATH, { body, token });
      assert.deepEqual([reply.status, reply.body.code], [400, "validation_failed"]);
    }
  });

  it("neither touches nor tells of another account's order", async () => {
    const { call } = world();
    const [mine, other] = [await withOrders(0), await withOrders(1)];
    const { body } = await call("POST", PATH, {
      body: { hashes: other.hashes },
      token: mine.token,
    });
    assert.equal(body.results[0].problem.code, "order_unknown");
    const { body: read } = await call("GET", `/v1/orders/${other.hashes[0]}`, {
      token: other.token,
    });
    assert.equal(read.order.status, "open");
  });

  it("gives each hash its verdict, in order; a refusal does not touch its neighbours", async () => {
    const { token, hashes } = await withOrders(3);
    const [first, kept, last] = hashes;
    const { body } = await world().call("POST", PATH, {
      body: { hashes: [first, UNKNOWN, first, last] },
      token,
    });
    assert.deepEqual(
      body.results.map((result: { ok: boolean; order: { status: string } } & Refused) =>
        result.ok ? result.order.status : result.problem.code,
      ),
      ["cancelled", "order_unknown", "order_not_open", "cancelled"],
    );
    const open = await world().call("GET", "/v1/orders?status=open", { token });
    assert.deepEqual(
      open.body.items.map(({ hash }: { hash: string }) => hash),
      [kept],
    );
  });
});

interface Refused {
  problem: { code: string };
}
