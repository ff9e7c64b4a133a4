import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Address, Hex } from "viem";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { useExchange } from "./support/exchange-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

const YES = 1;
const ERC1155_RECEIVER = "0x4e2312e0";

describe("OutcomeTokens", () => {
  const x = useExchange();
  const contract = () => ({ address: x.outcomeTokens, abi: outcomeTokensAbi }) as const;

  it("mint and burn for nobody but the exchange", async () => {
    for (const functionName of ["mint", "burn"] as const) {
      const args = [x.alice.address, 3n, 1n] as const;
      const account = x.admin.address;
      const attempt = x.chain.reader.simulateContract({
        ...contract(),
        functionName,
        args,
        account,
      });
      await assertRefused(attempt, "NotExchange");
    }
  });

  it("know ERC-165, ERC-1155 and its metadata", async () => {
    const supports = (id: `0x${string}`) =>
      x.chain.reader.readContract({ ...contract(), functionName: "supportsInterface", args: [id] });
    assert.equal(await supports("0x01ffc9a7"), true);
    assert.equal(await supports("0xd9b67a26"), true);
    assert.equal(await supports("0x0e89341c"), true);
    assert.equal(await supports("0xffffffff"), false);
  });

  it("describe themselves without a server", async () => {
    const uri = await x.chain.reader.readContract({
      ...contract(),
      functionName: "uri",
      args: [85n],
    });
    assert.deepEqual(JSON.parse(uri.replace("data:application/json;utf8,", "")), {
      name: "Agon market 42: YES",
      decimals: 2,
      properties: { marketId: 42, outcome: "YES" },
    });
  });

  it("have a name and a symbol for explorers", async () => {
    const read = (functionName: "name" | "symbol") =>
      x.chain.reader.readContract({ ...contract(), functionName });
    assert.equal(await read("name"), "Agon outcome shares");
    assert.equal(await read("symbol"), "AGON-OUTCOME");
  });

  describe("of a contract", () => {
    /** A contract with 100 YES and NO lots in escrow whose export of YES is due. */
    async function withDueExport(account: Address): Promise<void> {
      await x.createMarket();
      await x.faucet(x.alice, 1_000_000n);
      await x.transferCollateral(x.alice, account, 1_000_000n);
      const approval = { functionName: "approve", args: [x.exchange, 1_000_000n] } as const;
      await x.chain.write(account, { address: x.collateral, abi: devCollateralAbi, ...approval });
      await x.write(account, "split", [1n, 100n]);
      await x.write(account, "requestExport", [1n, YES, 100n]);
      await x.travelPastExitDelay();
    }

    it("stay in escrow when it is no ERC-1155 receiver", async () => {
      const account = await x.chain.deploy("DevCollateral", x.admin.address);
      await withDueExport(account);
      const attempt = x.attempt(x.bob, "executeExport", [account, 1n, YES]);
      await assertRefused(attempt, "ERC1155InvalidReceiver");
      assert.deepEqual(await x.read("sharesOf", [account, 1n]), [100n, 100n]);
    });

    it("come to it when it is one, which its interface id says", async () => {
      const args = [x.exchange, x.alice.address];
      const account = await x.chain.deploy("TradingVault", x.alice.address, args);
      const { abi } = await contractArtifact("TradingVault");
      const supports = (id: Hex) =>
        x.chain.reader.readContract({
          address: account,
          abi,
          functionName: "supportsInterface",
          args: [id],
        });
      assert.equal(await supports(ERC1155_RECEIVER), true);
      assert.equal(await supports("0xffffffff"), false);
      await withDueExport(account);
      await x.write(x.bob, "executeExport", [account, 1n, YES]);
      assert.equal(await x.tokensOf(account, 1, YES), 100n);
    });
  });

  it("name the outcome that they stand for", async () => {
    const read = (id: bigint) =>
      x.chain.reader.readContract({ ...contract(), functionName: "uri", args: [id] });
    assert.match(await read(84n), /"outcome":"NO"/);
    assert.match(await read(85n), /"outcome":"YES"/);
  });
});
