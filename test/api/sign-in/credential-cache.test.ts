import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCredentialCache } from "../../../api/sign-in/credential-cache.ts";
import type { Session } from "../../../api/sign-in/session-store.ts";

function session(id: string): Session {
  return {
    id,
    credential: "api_key",
    account: `0x${"ab".repeat(20)}`,
    expiresAtMs: null,
    isAdmin: false,
    scopes: ["read"],
  };
}

describe("the cache of credentials", () => {
  it("loads once for a thousand readers, at once and after", async () => {
    const cache = createCredentialCache();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return session("one");
    };
    const read = () => cache.read("token", load);
    const found = await Promise.all(Array.from({ length: 500 }, read));
    for (let reader = 0; reader < 500; reader++) found.push(await read());
    assert.ok(found.every(({ id }) => id === "one"));
    assert.equal(loads, 1);
  });

  it("loads again what was forgotten, and nothing else", async () => {
    const cache = createCredentialCache();
    const loaded: string[] = [];
    const read = (id: string) =>
      cache.read(`token of ${id}`, async () => {
        loaded.push(id);
        return session(id);
      });
    await read("one");
    await read("two");
    cache.forget("one");
    await read("one");
    await read("two");
    assert.deepEqual(loaded, ["one", "two", "one"]);
  });

  it("does not keep what was forgotten while it was being loaded", async () => {
    const cache = createCredentialCache();
    const loading = Promise.withResolvers<Session>();
    const early = cache.read("token", () => loading.promise);
    cache.forget("one");
    loading.resolve(session("one"));
    assert.equal((await early).id, "one");
    assert.equal(await cache.read("token", async () => "unknown"), "unknown");
  });

  it("does not remember that nothing was found, nor a failure", async () => {
    const cache = createCredentialCache();
    assert.equal(await cache.read("token", async () => "unknown"), "unknown");
    await assert.rejects(
      cache.read("token", async () => {
        throw new Error("away");
      }),
    );
    const found = await cache.read("token", async () => session("one"));
    assert.equal(found.id, "one");
  });

  it("makes room by the oldest", async () => {
    const cache = createCredentialCache();
    const loaded: string[] = [];
    const read = (id: string) =>
      cache.read(id, async () => {
        loaded.push(id);
        return session(id);
      });
    for (let index = 0; index <= 10_000; index++) await read(`token ${index}`);
    loaded.length = 0;
    await read("token 10000");
    await read("token 1");
    await read("token 0");
    assert.deepEqual(loaded, ["token 0"]);
  });
});
