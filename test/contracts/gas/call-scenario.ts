import type { TransactionReceipt } from "viem";
import type { GasBench } from "./gas-bench.ts";
import type { Scenario } from "./scenario.ts";

/** A call whose gas is measured, and what must have happened before it; `send` learns what `before` returned. */
export interface Call<State> {
  before?: (bench: GasBench) => Promise<State>;
  send: (bench: GasBench, state: State) => Promise<TransactionReceipt>;
}

/** The gas of one mined call. */
export function call<State>(key: string, title: string, { before, send }: Call<State>): Scenario {
  return {
    key,
    title,
    measure: (bench) =>
      bench.reverting(async () => {
        // Without a `before` the state is nothing, and `send` takes none.
        const state = (await before?.(bench)) as State;
        return Number((await send(bench, state)).gasUsed);
      }),
  };
}
