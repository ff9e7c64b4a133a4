import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { recoverAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createReleaseSigner } from "../../../offchain-engine/settlement/release-signer.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { Release } from "../../../protocol/order.ts";
import { exchangeDomain, hashRelease } from "../../../protocol/order-hash.ts";

const KEY = `0x${"11".repeat(32)}` as const;
const EXCHANGE = "0x00000000000000000000000000000000000000e1";
const DEPLOYMENT = { chainId: 31337, exchange: EXCHANGE } as unknown as Deployment;
const RELEASE: Release = {
  account: "0x00000000000000000000000000000000000000a1",
  marketId: 0,
  asset: 2,
  amount: 1_000_000n,
  nonce: 1n,
  deadline: 2_000_000_000,
};

describe("release signer", () => {
  it("refuses without the operator's key", async () => {
    const signer = createReleaseSigner({ operatorPrivateKey: null, deployment: DEPLOYMENT });
    assert.equal(signer.available, false);
    const signed = await signer.sign(RELEASE);
    assert.equal(!signed.ok && signed.code, "release_unavailable");
  });

  it("signs the release's digest with the operator's key", async () => {
    const signer = createReleaseSigner({ operatorPrivateKey: KEY, deployment: DEPLOYMENT });
    assert.equal(signer.available, true);
    const signed = await signer.sign(RELEASE);
    assert.ok(signed.ok);
    const hash = hashRelease(exchangeDomain(31337, EXCHANGE), RELEASE);
    const recovered = await recoverAddress({ hash, signature: signed.signature });
    assert.equal(recovered, privateKeyToAccount(KEY).address);
  });
});
