import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "mocha";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { hold } from "../../scripts/hold.ts";
import { isAgonError } from "../../sdk/index.ts";
import { useApiWorld } from "./support/api-world.ts";

const ADMIN_KEY = generatePrivateKey();
const admin = privateKeyToAccount(ADMIN_KEY);

describe("an operator's hold", () => {
  const world = useApiWorld({ ADMIN_ADDRESSES: admin.address });
  let marketId: number;
  let token: string;

  before(async () => {
    marketId = await world().engine.createMarket("held");
    await world().engine.createMarket("free");
    token = await world().signIn(admin);
  });

  afterEach(async () => {
    await world().engine.report({ kind: "hold", phase: "open" });
    await world().engine.report({ kind: "hold", phase: "open", marketId });
  });

  const ask = (body: object, asToken = token) =>
    world().call("POST", "/v1/exchange/hold", { token: asToken, body });
  const trading = async () => (await world().call("GET", "/v1/exchange")).body.trading.phase;
  const place = async (slug: string) => {
    const { call, order, trader } = world();
    const { body } = await call("GET", `/v1/markets/${slug}`);
    const sent = await order(await trader(), { marketId: body.market.marketId });
    return (await call("POST", "/v1/orders", { body: sent })).body;
  };

  it("is refused to whoever is no admin", async () => {
    const refused = await ask({ phase: "open" }, await world().signIn(await world().trader()));
    assert.deepEqual([refused.status, refused.body.code], [403, "forbidden"]);
    const stranger = await world().call("POST", "/v1/exchange/hold", { body: { phase: "open" } });
    assert.equal(stranger.body.code, "unauthenticated");
  });

  it("is refused for a phase or a market that there is not", async () => {
    assert.equal((await ask({ phase: "closed" })).body.code, "validation_failed");
    assert.equal((await ask({ phase: "open", marketId: 1 })).body.code, "validation_failed");
    assert.equal((await ask({ phase: "open", market: "nowhere" })).body.code, "market_unknown");
  });

  it("stops all trading at once, until it lets go", async () => {
    const held = await ask({ phase: "cancel_only" });
    assert.deepEqual([held.status, held.body], [200, { phase: "cancel_only", market: null }]);
    assert.equal(await trading(), "cancel_only");
    assert.equal((await place("held")).code, "cancel_only");
    await ask({ phase: "open" });
    assert.equal(await trading(), "open");
    assert.equal((await place("held")).order.status, "open");
  });

  it("stops one market and leaves the others alone", async () => {
    const held = await ask({ phase: "post_only", market: "held" });
    assert.deepEqual(held.body, { phase: "post_only", market: "held" });
    assert.equal((await place("held")).code, "post_only");
    assert.equal((await place("free")).order.status, "open");
    const { body } = await world().call("GET", "/v1/markets/held");
    assert.equal(body.market.heldPhase, "post_only");
  });

  it("is one command away for who has an admin's key", async () => {
    const { url } = world().api;
    const of = { apiUrl: url, privateKey: ADMIN_KEY, phase: "cancel_only" } as const;
    assert.deepEqual(await hold({ ...of, market: "held" }), {
      phase: "cancel_only",
      market: "held",
    });
    assert.equal((await place("held")).code, "cancel_only");
    const stranger = { ...of, privateKey: generatePrivateKey(), market: undefined };
    await assert.rejects(hold(stranger), (error) => isAgonError(error, "forbidden"));
    assert.equal(await trading(), "open");
  });
});
