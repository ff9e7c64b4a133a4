import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, encodeDeployData, zeroAddress } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { useExchange } from "./support/exchange-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

describe("an exchange's construction", () => {
  const x = useExchange();
  const config = (overrides: object) => ({
    collateral: x.collateral,
    admin: x.admin.address,
    adminDelay: 0,
    operator: x.operator.address,
    marketCreator: x.admin.address,
    guardian: x.admin.address,
    exitDelay: 60,
    settlementGrace: 20,
    ...overrides,
  });

  /** The construction without its transaction: rejects with the contract's error. */
  async function attempt(overrides: object): Promise<void> {
    const { abi, bytecode } = await contractArtifact("Exchange");
    const data = encodeDeployData({ abi, bytecode, args: [config(overrides)] });
    await x.chain.reader.call({ account: x.admin.address, data, gas: 16_000_000n });
  }

  it("refuses no collateral, no operator and no delay", async () => {
    const none: object[] = [
      { collateral: zeroAddress },
      { operator: zeroAddress },
      { exitDelay: 0 },
      { exitDelay: 0, settlementGrace: 0 },
      { exitDelay: 1, settlementGrace: 0 },
    ];
    for (const overrides of none) await assertRefused(attempt(overrides), "ConfigInvalid");
  });

  it("refuses a grace below a third of the exit delay", async () => {
    await assertRefused(attempt({ settlementGrace: 19 }), "ConfigInvalid");
    await assertRefused(attempt({ exitDelay: 61 }), "ConfigInvalid");
  });

  it("refuses an exit delay of more than 30 days", async () => {
    const days30 = 30 * 86_400;
    const delays = { exitDelay: days30 + 1, settlementGrace: days30 };
    await assertRefused(attempt(delays), "ConfigInvalid");
    await assertRefused(attempt({ settlementGrace: days30 + 1 }), "ConfigInvalid");
    await attempt({ settlementGrace: days30 });
  });

  it("takes a grace of a third of the exit delay", async () => {
    const address: Address = await x.chain.deploy("Exchange", x.admin.address, [config({})]);
    const call = { address, abi: exchangeAbi } as const;
    const grace = { ...call, functionName: "SETTLEMENT_GRACE" } as const;
    assert.equal(await x.chain.reader.readContract(grace), 20);
  });
});
