import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "mocha";
import secp256k1 from "secp256k1";
import { loadRecovery } from "../../../api/signature/recovery.ts";

describe("recovery", () => {
  it("falls back to JavaScript when the addon cannot load, and says so", async () => {
    const recovery = await loadRecovery(true, () => {
      throw new Error("no binary for this platform");
    });
    assert.equal(recovery.implementation, "javascript");
    const key = randomBytes(32);
    const digest = randomBytes(32);
    const { signature, recid } = secp256k1.ecdsaSign(digest, key);
    const expected = secp256k1.publicKeyCreate(key, false).subarray(1);
    assert.deepEqual(
      Buffer.from(recovery.publicKey(digest, signature, recid) ?? []),
      Buffer.from(expected),
    );
  });

  it("takes the addon itself, never the package's own silent fallback", async () => {
    assert.equal((await loadRecovery(true)).implementation, "native");
  });
});
