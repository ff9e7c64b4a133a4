import type { TransactionReceipt } from "viem";
import type { GasBench } from "./gas-bench.ts";
import type { Scenario } from "./scenario.ts";

/** A call whose gas is measured, and what must have happened before it. */
export interface Call {
  before?: (bench: GasBench) => Promise<unknown>;
  send: (bench: GasBench) => Promise<TransactionReceipt>;
}

/** The gas of one mined call. */
export function call(key: string, title: string, { before, send }: Call): Scenario {
  return {
    key,
    title,
    measure: (bench) =>
      bench.reverting(async () => {
        await before?.(bench);
        return Number((await send(bench)).gasUsed);
      }),
  };
}
