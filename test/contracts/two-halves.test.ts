import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Abi, type Address, getContractAddress, toFunctionSelector } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { useExchange } from "./support/exchange-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

/** After the outcome tokens and the roles. */
const MARKETS_CODE_NONCE = 3n;

describe("the exchange's two halves", () => {
  const x = useExchange();

  const marketsCode = (): Address =>
    getContractAddress({ from: x.exchange, nonce: MARKETS_CODE_NONCE });

  async function selectorsOf(contract: string): Promise<string[]> {
    const { abi } = await contractArtifact(contract);
    return selectorsIn(abi);
  }

  function selectorsIn(abi: Abi): string[] {
    return abi.filter((item) => item.type === "function").map(toFunctionSelector);
  }

  it("refuse a call of nothing that exists, and ether", async () => {
    const { reader } = x.chain;
    const account = x.alice.address;
    for (const data of ["0x", "0xdeadbeef", "0x01"] as const) {
      await assert.rejects(reader.call({ account, to: x.exchange, data }));
    }
    await x.chain.control.setBalance({ address: account, value: 10n });
    await assert.rejects(reader.call({ account, to: x.exchange, value: 1n }));
  });

  it("answer together to everything that the interface declares, and share only the delays", async () => {
    const first = await selectorsOf("Exchange");
    const second = await selectorsOf("ExchangeMarkets");
    const both = new Set([...first, ...second]);
    const declared = await selectorsOf("IExchange");
    assert.deepEqual(
      declared.filter((selector) => !both.has(selector)),
      [],
    );
    assert.deepEqual(new Set(selectorsIn(exchangeAbi)), both);
    const shared = first.filter((selector) => second.includes(selector));
    const delays = ["function EXIT_DELAY()", "function SETTLEMENT_GRACE()"];
    assert.deepEqual(shared.sort(), delays.map(toFunctionSelector).sort());
  });

  it("pass a refusal on as it came", async () => {
    await assertRefused(x.attempt(x.alice, "createMarket", [x.marketParams()]), "NotMarketCreator");
    await assertRefused(x.attempt(x.alice, "voidMarket", [1n]), "MarketUnknown");
  });

  it("give nobody a role at the second one's own address", async () => {
    const call = { address: marketsCode(), abi: exchangeAbi, account: x.admin.address } as const;
    const { reader } = x.chain;
    assert.notEqual(await reader.getCode({ address: call.address }), undefined);
    const created = { functionName: "createMarket", args: [x.marketParams()] } as const;
    await assertRefused(reader.simulateContract({ ...call, ...created }), "NotMarketCreator");
    const paused = reader.simulateContract({ ...call, functionName: "pauseTrading" });
    await assertRefused(paused, "NotGuardian");
    const named = { functionName: "setOperator", args: [x.admin.address] } as const;
    await assertRefused(reader.simulateContract({ ...call, ...named }), "NotAdmin");
    const collected = { functionName: "collectFees", args: [x.admin.address] } as const;
    await assertRefused(reader.simulateContract({ ...call, ...collected }), "NotAdmin");
  });
});
