import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useApiWorld } from "../support/api-world.ts";

const QUOTA = 20;

describe("the cancels of an account with API keys", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: String(QUOTA) });

  async function accountWithKey(scopes: string[]) {
    const { call, signIn, trader } = world();
    const token = await signIn(await trader(0n));
    const made = await call("POST", "/v1/auth/keys", { token, body: { name: "bot", scopes } });
    return { token, key: made.body.token as string };
  }

  /** Cancels until it is limited, and how often that was before. */
  async function cancelAll(token: string): Promise<{ codes: Set<unknown>; times: number }> {
    const codes = new Set<unknown>();
    for (let times = 0; ; times++) {
      const reply = await world().call("DELETE", "/v1/orders", { token });
      if (reply.body.code === "rate_limited") return { codes, times };
      codes.add(reply.body.code ?? reply.status);
    }
  }

  it("are not charged for a key that may not cancel", async () => {
    const { token, key } = await accountWithKey(["read"]);
    const read = await cancelAll(key);
    assert.deepEqual([[...read.codes], read.times], [["scope_insufficient"], QUOTA / 2]);
    const beat = await world().call("POST", "/v1/heartbeat", { token, body: { timeoutMs: 5_000 } });
    assert.equal(beat.status, 200);
    assert.equal((await cancelAll(token)).times, QUOTA - 1);
  });

  it("are taken by a key that may cancel up to a half", async () => {
    const { token, key } = await accountWithKey(["trade"]);
    const first = await world().call("DELETE", "/v1/orders", { token: key });
    assert.equal(
      first.headers.get("ratelimit-policy"),
      `"key_cancels";q=${QUOTA / 2};w=60, "cancels";q=${QUOTA};w=60, "network";q=${10 * QUOTA};w=60`,
    );
    assert.equal((await cancelAll(key)).times, QUOTA / 2 - 1);
    assert.deepEqual(await cancelAll(token), { codes: new Set([200]), times: QUOTA / 2 });
  });
});
