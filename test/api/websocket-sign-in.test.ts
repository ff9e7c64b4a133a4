import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { isAgonError } from "../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../sdk/client.ts";
import { useApiWorld } from "./support/api-world.ts";
import { connectSocket } from "./support/test-socket.ts";

describe("signing in on a websocket", () => {
  const world = useApiWorld({ CORS_ORIGINS: "https://app.example" });
  let token: string;

  before(async () => {
    token = await world().signIn(await world().trader());
  });

  const upgrades: [string, () => Record<string, string>, boolean][] = [
    ["by cookie from another site", () => ({ Origin: "https://evil.example" }), false],
    ["by cookie from nobody knows where", () => ({}), false],
    ["by cookie from its own page", () => ({ Origin: world().api.url }), true],
    ["by cookie from an allowed page", () => ({ Origin: "https://app.example" }), true],
  ];
  for (const [how, headers, isTaken] of upgrades) {
    it(`${isTaken ? "opens" : "does not open"} the account's stream ${how}`, async () => {
      const cookie = { Cookie: `other=1; agon_session=${token}; more=2` };
      const socket = await connectSocket(world().api.url, { ...cookie, ...headers() });
      socket.send({ op: "subscribe", stream: "account" });
      if (isTaken) await socket.next("snapshot");
      else assert.equal((await socket.next("error")).code, "unauthenticated");
      socket.close();
    });
  }

  it("is refused to garbage and to a session that ended", async () => {
    const { api, call, signIn, trader } = world();
    const ended = await signIn(await trader(0n));
    await call("POST", "/v1/auth/logout", { token: ended });
    const socket = await connectSocket(api.url);
    for (const bad of ["garbage", ended]) {
      socket.send({ op: "auth", token: bad });
      assert.equal((await socket.next("error")).code, "unauthenticated");
    }
    socket.close();
  });
});

describe("a bot of the sdk with an API key", () => {
  const world = useApiWorld();
  const clients: AgonClient[] = [];

  async function bot(apiKey: string): Promise<AgonClient> {
    const client = await connect(world().api.url, { apiKey });
    clients.push(client);
    return client;
  }

  after(() => {
    for (const client of clients) client.close();
  });

  it("reads, cancels and follows its account as far as its scopes go, until it is revoked", async () => {
    const signer = await world().trader(5_000_000n);
    const owner = await connect(world().api.url, { signer });
    clients.push(owner);
    await owner.signIn();
    const { key, token } = await owner.createApiKey({ name: "watcher", scopes: ["read"] });
    const watcher = await bot(token);
    assert.equal((await watcher.getBalance()).availableMicro, "5000000");
    const account = watcher.openAccount();
    await account.ready();
    await assert.rejects(watcher.cancelOrders(), (error) =>
      isAgonError(error, "scope_insufficient"),
    );
    await assert.rejects(watcher.createApiKey({ name: "child", scopes: ["read"] }), (error) =>
      isAgonError(error, "scope_insufficient"),
    );
    await owner.revokeApiKey(key.id);
    await assert.rejects(watcher.getBalance(), (error) => isAgonError(error, "unauthenticated"));
    assert.ok((await owner.listApiKeys()).every(({ id }) => id !== key.id));
  });
});
