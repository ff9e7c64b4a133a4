import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ExchangeReply } from "../../../protocol/wire/exchange.ts";
import { useApiWorld } from "../support/api-world.ts";

describe("the allowance of all accounts of an address", () => {
  const world = useApiWorld({
    RATE_LIMIT_RPM: "60",
    RATE_LIMIT_ACCOUNT_RPM: "10",
    RATE_LIMIT_NETWORK_RPM: "25",
    TRUST_PROXY: "1",
  });
  const NEAR = { "X-Forwarded-For": "198.51.100.1" };
  const FAR = { "X-Forwarded-For": "198.51.100.2" };

  it("ends what more accounts would multiply, there and not elsewhere, and leaves cancels", async () => {
    const { call, signIn, trader } = world();
    const tokens = [];
    for (let n = 0; n < 4; n++) tokens.push(await signIn(await trader(0n)));
    const statuses: number[] = [];
    for (const token of tokens) {
      for (let n = 0; n < 10; n++) {
        statuses.push((await call("GET", "/v1/markets", { token, headers: NEAR })).status);
      }
    }
    assert.equal(statuses.filter((status) => status === 200).length, 25);
    const token = await signIn(await trader(0n));
    const refused = await call("GET", "/v1/markets", { token, headers: NEAR });
    assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
    assert.match(refused.headers.get("ratelimit") ?? "", /"network";r=0;t=\d+$/);
    assert.equal((await call("DELETE", "/v1/orders", { token, headers: NEAR })).status, 200);
    assert.equal((await call("GET", "/v1/markets", { token, headers: FAR })).status, 200);
    const { limits } = (await call("GET", "/v1/exchange", { headers: FAR })).body as ExchangeReply;
    assert.equal(limits.rates.find(({ name }) => name === "network")?.quota, 25);
  });
});
