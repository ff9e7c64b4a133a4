import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import { useExchange } from "./support/exchange-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

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
});
