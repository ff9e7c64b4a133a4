import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { signPermit } from "../support/permit.ts";

describe("depositWithPermit", () => {
  const x = useExchange(async (fixture) => {
    await fixture.faucet(fixture.alice, 100n);
  });

  it("refuses another's permit", async () => {
    const args = [x.alice.address, 100n, ...(await signPermit(x, x.alice, 100n, x.bob))] as const;
    await assert.rejects(x.attempt(x.alice, "depositWithPermit", args));
  });

  it("deposits without an allowance given before", async () => {
    await x.write(x.alice, "depositWithPermit", [
      x.alice.address,
      100n,
      ...(await signPermit(x, x.alice, 100n)),
    ]);
    assert.equal(await x.cash(x.alice), 100n);
  });

  it("deposits by the allowance when someone else used the permit first", async () => {
    const signed = await signPermit(x, x.alice, 100n);
    await x.chain.write(x.bob.address, {
      address: x.collateral,
      abi: devCollateralAbi,
      functionName: "permit",
      args: [x.alice.address, x.exchange, 100n, ...signed],
    });
    await x.write(x.alice, "depositWithPermit", [x.alice.address, 100n, ...signed]);
    assert.equal(await x.cash(x.alice), 100n);
  });
});
