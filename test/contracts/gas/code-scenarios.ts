import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import type { Scenario, ScenarioGroup } from "./scenario.ts";

function codeBytes(key: string, contract: string): Scenario {
  return {
    key,
    title: `\`${contract}\`, bytes`,
    measure: async () => {
      const { deployedBytecode } = await contractArtifact(contract);
      return deployedBytecode.length / 2 - 1;
    },
  };
}

export const CODE: ScenarioGroup = {
  title: "Code",
  preconditions: "As deployed; EIP-170 allows 24,576 bytes.",
  scenarios: [
    codeBytes("exchange_code_bytes", "Exchange"),
    codeBytes("exchange_markets_code_bytes", "ExchangeMarkets"),
  ],
};
