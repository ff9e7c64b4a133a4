import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useApiWorld } from "../support/api-world.ts";
import { connectSocket } from "../support/test-socket.ts";

describe("what can be withdrawn fast", () => {
  for (const [settlement, expected] of [
    ["simulated", "0"],
    ["live", "1000"],
  ] as const) {
    describe(`from an exchange whose settlement is ${settlement}`, () => {
      const world = useApiWorld({}, async () => ({ settlement }));

      it(`is ${expected} of 1000, in replies and in streams`, async () => {
        const { api, call, trader, signIn, engine } = world();
        const account = await trader(0n);
        const token = await signIn(account);
        const socket = await connectSocket(api.url);
        socket.send({ op: "auth", token });
        socket.send({ op: "subscribe", stream: "account" });
        await socket.next("snapshot");
        await engine.fund(account.address, 1000n);
        const { change } = await socket.next("account", (frame) => frame.change.kind === "balance");
        assert.equal(change.balance.withdrawableMicro, expected);
        socket.send({ op: "subscribe", stream: "account" });
        const snapshot = await socket.next("snapshot");
        assert.equal(snapshot.balance.withdrawableMicro, expected);
        socket.close();
        const { body } = await call("GET", "/v1/account/balance", { token });
        assert.deepEqual([body.availableMicro, body.withdrawableMicro], ["1000", expected]);
        const portfolio = await call("GET", "/v1/account/portfolio", { token });
        assert.equal(portfolio.body.cash.withdrawableMicro, expected);
      });
    });
  }
});
