import { CASH, ORDERS_AND_KEYS } from "./account-scenarios.ts";
import { CODE } from "./code-scenarios.ts";
import { GasBench } from "./gas-bench.ts";
import { GROUPS } from "./group-scenarios.ts";
import { MARKETS } from "./market-scenarios.ts";
import { OPTIMISTIC } from "./optimistic-scenarios.ts";
import { RESOLVERS } from "./resolver-scenarios.ts";
import type { ScenarioGroup } from "./scenario.ts";
import { FRESH_STATE, SETTLEMENT } from "./settlement-scenarios.ts";
import { SHARES } from "./share-scenarios.ts";

/** Everything that is measured, in the table's order. */
export const SCENARIO_GROUPS: readonly ScenarioGroup[] = [
  SETTLEMENT,
  FRESH_STATE,
  CASH,
  SHARES,
  ORDERS_AND_KEYS,
  MARKETS,
  GROUPS,
  RESOLVERS,
  OPTIMISTIC,
  CODE,
];

/** Every figure that is watched, by its key: gas, or bytes where the key says so. */
export async function measureGas(): Promise<Record<string, number>> {
  const bench = await GasBench.open();
  try {
    const figures: Record<string, number> = {};
    for (const { scenarios } of SCENARIO_GROUPS) {
      for (const { key, measure } of scenarios) {
        if (key in figures) throw new Error(`two scenarios are called ${key}`);
        figures[key] = await measure(bench);
      }
    }
    return figures;
  } finally {
    await bench.close();
  }
}
