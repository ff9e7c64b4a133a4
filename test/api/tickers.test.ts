import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

interface Item {
  slug: string;
}

describe("GET /v1/tickers", () => {
  const world = useApiWorld();
  const slugs = ["ticked-one", "ticked-two", "ticked-three"];

  before(async () => {
    const { engine, trader, order, call } = world();
    const ids: number[] = [];
    for (const slug of slugs) ids.push(await engine.createMarket(slug));
    const [maker, taker] = [await trader(), await trader()];
    const resting = { marketId: ids[0], outcome: 1, side: 0, price: 600, quantity: 500 } as const;
    await call("POST", "/v1/orders", { body: await order(maker, resting) });
    const crossing = { ...resting, outcome: 0, price: 400, quantity: 200 } as const;
    const { body } = await call("POST", "/v1/orders", { body: await order(taker, crossing) });
    assert.equal(body.fills.length, 1);
  });

  it("refuses a cursor of another list", async () => {
    const { body } = await world().call("GET", "/v1/tickers?cursor=abc");
    assert.equal(body.code, "cursor_invalid");
  });

  it("passes over slugs that no market has", async () => {
    const { body } = await world().call("GET", "/v1/tickers?markets=nobody,ticked-two");
    assert.deepEqual(
      body.items.map(({ slug }: Item) => slug),
      ["ticked-two"],
    );
  });

  it("tells of each market what its own ticker tells, the newest first, over pages", async () => {
    const { call } = world();
    const seen: Item[] = [];
    let cursor = "";
    for (let page = 0; page < slugs.length; page++) {
      const { body } = await call("GET", `/v1/tickers?limit=1${cursor}`);
      seen.push(...body.items);
      cursor = `&cursor=${body.nextCursor}`;
    }
    assert.deepEqual(
      seen.map(({ slug }) => slug),
      [...slugs].reverse(),
    );
    for (const item of seen) {
      const { body } = await call("GET", `/v1/markets/${item.slug}/ticker`);
      assert.deepEqual(item, body);
    }
  });

  it("sums the day's trades in lots, and in money at their YES prices", async () => {
    const { body } = await world().call("GET", "/v1/markets/ticked-one/ticker");
    assert.equal(body.volumeLots24h, "200");
    assert.equal(body.volumeMicro24h, String(200 * 600 * 10));
    assert.deepEqual([body.openTicks24h, body.highTicks24h, body.lowTicks24h], [600, 600, 600]);
  });
});
