import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Hex, maxUint256, parseSignature } from "viem";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { useExchange } from "../support/exchange-fixture.ts";

describe("depositWithPermit", () => {
  const x = useExchange(async (fixture) => {
    await fixture.faucet(fixture.alice, 100n);
  });

  /** Alice's EIP-2612 permit over 100 micro, as the call's last four arguments. */
  async function permit(signer = x.alice): Promise<[bigint, number, Hex, Hex]> {
    const signature = await signer.signTypedData({
      domain: {
        name: "Agon Dev Dollar",
        version: "1",
        chainId: x.chain.reader.chain.id,
        verifyingContract: x.collateral,
      },
      types: {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      },
      primaryType: "Permit",
      message: {
        owner: x.alice.address,
        spender: x.exchange,
        value: 100n,
        nonce: 0n,
        deadline: maxUint256,
      },
    });
    const { r, s, v } = parseSignature(signature);
    return [maxUint256, Number(v), r, s];
  }

  it("refuses another's permit", async () => {
    const args = [x.alice.address, 100n, ...(await permit(x.bob))] as const;
    await assert.rejects(x.attempt(x.alice, "depositWithPermit", args));
  });

  it("deposits without an allowance given before", async () => {
    await x.write(x.alice, "depositWithPermit", [x.alice.address, 100n, ...(await permit())]);
    assert.equal(await x.cash(x.alice), 100n);
  });

  it("deposits by the allowance when someone else used the permit first", async () => {
    const signed = await permit();
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
