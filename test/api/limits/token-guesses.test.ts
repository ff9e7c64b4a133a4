import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { issueToken } from "../../../api/sign-in/credential-token.ts";
import { type ApiWorld, type Reply, useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";

/** A tenth of RATE_LIMIT_RPM. */
const GUESSES = 12;
const policyOf = ({ headers }: Reply) => headers.get("ratelimit-policy") ?? "";

describe("tokens that a neighbour guesses", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: String(GUESSES * 10), TRUST_PROXY: "1" });
  let replica: Pick<ApiWorld, "call">;

  before(async () => {
    replica = await world().replica();
  });

  const from = (address: string) => ({ "X-Forwarded-For": address });
  const guess = (headers: Record<string, string>, token: string) =>
    replica.call("GET", "/v1/auth/me", { token, headers });

  async function session(): Promise<string> {
    return world().signIn(await world().trader(0n));
  }

  it("use up nothing when they are garbage", async () => {
    const headers = from("198.51.100.1");
    for (let n = 0; n < 2 * GUESSES; n++) await guess(headers, `garbage${n}`);
    const { token } = issueToken("session");
    for (let n = 0; n < GUESSES; n++) await guess(headers, `${token.slice(0, -1)}-`);
    const reply = await guess(headers, await session());
    assert.match(policyOf(reply), /^"account"/);
  });

  it("keep a session that the replica never saw unknown for a moment, not for the window", async () => {
    const headers = from("198.51.100.2");
    const token = await session();
    for (let n = 0; n < GUESSES; n++) await guess(headers, issueToken("session").token);
    await eventually(async () => policyOf(await guess(headers, token)).startsWith('"account"'));
    assert.match(policyOf(await guess(headers, token)), /^"account"/);
  });

  it("keep no session unknown that the replica opened itself", async () => {
    const headers = from("198.51.100.3");
    const { call } = world();
    for (let n = 0; n < 2 * GUESSES; n++) {
      await call("GET", "/v1/auth/me", { token: issueToken("session").token, headers });
    }
    const token = await session();
    const own = await call("GET", "/v1/auth/me", { token, headers });
    assert.match(policyOf(own), /^"account"/);
    const made = await call("POST", "/v1/auth/keys", {
      token,
      headers,
      body: { name: "bot", scopes: ["read"] },
    });
    const byKey = await call("GET", "/v1/account/balance", { token: made.body.token, headers });
    assert.match(policyOf(byKey), /^"key"/);
  });
});
