import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PrivateKeyAccount } from "viem";
import { createSiweMessage, parseSiweMessage, type SiweMessage } from "viem/siwe";
import { useApiWorld } from "./support/api-world.ts";

type Changes = { [Field in keyof SiweMessage]?: SiweMessage[Field] | undefined };

describe("sign-in with Ethereum", () => {
  const world = useApiWorld();

  /** Signs in with a message that differs from a good one in some fields. */
  async function attempt(account: PrivateKeyAccount, changes: Changes) {
    const good = parseSiweMessage(await world().signInMessage(account)) as SiweMessage;
    const message = createSiweMessage({ ...good, ...changes } as SiweMessage);
    const signature = await account.signMessage({ message });
    return world().call("POST", "/v1/auth/login", { body: { message, signature } });
  }

  /** Made when the test runs: times count from then. */
  const wrong: [string, () => Changes, string][] = [
    ["another domain", () => ({ domain: "evil.example" }), "domain"],
    ["another site's URI", () => ({ uri: "https://evil.example/login" }), "uri"],
    ["another chain", () => ({ chainId: 1 }), "chainId"],
    ["another statement", () => ({ statement: "I give all I have to evil.example." }), "statement"],
    ["no statement", () => ({ statement: undefined }), "statement"],
    ["an issue in the future", () => ({ issuedAt: new Date(Date.now() + 600_000) }), "issuedAt"],
    [
      "an issue before its nonce can be",
      () => ({ issuedAt: new Date(Date.now() - 301_000) }),
      "issuedAt",
    ],
    [
      "an expiry in the past",
      () => ({ expirationTime: new Date(Date.now() - 1000) }),
      "expirationTime",
    ],
    [
      "a not-before in the future",
      () => ({ notBefore: new Date(Date.now() + 60_000) }),
      "notBefore",
    ],
  ];
  for (const [what, changes, field] of wrong) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await attempt(await world().trader(0n), changes());
      assert.equal(status, 401);
      assert.equal(body.code, "siwe_invalid");
      assert.equal(body.field, field);
    });
  }

  it("takes a message of a clock that is a little ahead", async () => {
    const issuedAt = new Date(Date.now() + 30_000);
    assert.equal((await attempt(await world().trader(0n), { issuedAt })).status, 200);
  });

  it("refuses a nonce that it never gave out", async () => {
    const { body } = await attempt(await world().trader(0n), { nonce: "abcdefgh12345678" });
    assert.equal(body.code, "siwe_nonce_unknown");
  });

  it("refuses the same message a second time, also from two requests at once", async () => {
    const { call, trader, signInMessage } = world();
    const account = await trader(0n);
    const message = await signInMessage(account);
    const signature = await account.signMessage({ message });
    const replies = await Promise.all(
      [1, 2, 3].map(() => call("POST", "/v1/auth/login", { body: { message, signature } })),
    );
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 401, 401]);
  });

  it("refuses the signature of another key, and of another text", async () => {
    const { call, trader, signInMessage } = world();
    const [account, other] = [await trader(0n), await trader(0n)];
    const message = await signInMessage(account);
    for (const signature of [
      await other.signMessage({ message }),
      await account.signMessage({ message: `${message} ` }),
      "0x",
      `0x${"ff".repeat(65)}`,
    ]) {
      const { status, body } = await call("POST", "/v1/auth/login", {
        body: { message, signature },
      });
      assert.equal(status, 401);
      assert.equal(body.code, "siwe_signature_invalid");
    }
  });

  it("refuses what is not an EIP-4361 message", async () => {
    const body = { message: "let me in", signature: "0x00" };
    const reply = await world().call("POST", "/v1/auth/login", { body });
    assert.equal(reply.body.code, "siwe_invalid");
    assert.equal(reply.body.field, "message");
  });

  it("keeps no token in the database", async () => {
    const { trader, signIn, pool } = world();
    const token = await signIn(await trader(0n));
    const { rows } = await pool.query("SELECT session::text FROM app.sessions AS session");
    assert.ok(rows.length > 0);
    assert.ok(rows.every((row) => !row.session.includes(token.slice(10, 32))));
    assert.ok(rows.every((row) => !row.session.includes(Buffer.from(token).toString("hex"))));
  });
});
