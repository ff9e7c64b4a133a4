import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { ALL_ROUTES } from "../../../api/routes/all-routes.ts";
import { type HostileWorld, startHostileWorld } from "./hostile-world.ts";
import { runHostile } from "./run-hostile.ts";

const CASES = 1_500;

describe("hostile input", () => {
  let world: HostileWorld;

  before(async function start() {
    this.timeout(120_000);
    world = await startHostileWorld();
  });

  after(async function stop() {
    this.timeout(60_000);
    await world?.stop();
  });

  it("would be told the victim's secrets with the victim's own token", async () => {
    const { canaries, exchange, victimTokens } = world;
    const [token] = victimTokens;
    const replies = await Promise.all(
      ["/v1/orders", "/v1/account/balance", "/v1/auth/keys", "/v1/auth/sessions"].map(
        async (path) => {
          const headers = { Authorization: `Bearer ${token}` };
          return (await fetch(`${exchange.apiUrl}${path}`, { headers })).text();
        },
      ),
    );
    const tokens = victimTokens.map((one) => one.toLowerCase());
    const told = canaries.within(replies.join("\n"), "");
    assert.deepEqual(told.sort(), canaries.all.filter((one) => !tokens.includes(one)).sort());
  });

  it(`meets refusals with codes alone, ${CASES} times at every route and stream`, async function run() {
    this.timeout(180_000);
    const seed = randomInt(2 ** 31);
    const outcome = await runHostile({ seed, cases: CASES, world });
    assert.deepEqual(outcome.failures, [], `seed ${seed}`);
    assert.equal(outcome.cases, CASES);
    assert.equal(outcome.routes, ALL_ROUTES.length + 1);
    for (const code of ["validation_failed", "body_malformed", "unauthenticated"]) {
      assert.ok((outcome.by_code[code] ?? 0) > 20, `${code}: ${outcome.by_code[code]}`);
    }
  });
});
