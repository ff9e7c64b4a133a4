import type { GasBench } from "./gas-bench.ts";

/** One figure that is measured and watched. */
export interface Scenario {
  /** Its name in the snapshot and in the bench's JSON. */
  readonly key: string;
  /** What it is, for a reader of the table. */
  readonly title: string;
  /** Gas (or bytes) on a bench that it leaves as it found it. */
  readonly measure: (bench: GasBench) => Promise<number>;
}

/** Scenarios of one theme, with what holds for all of them. */
export interface ScenarioGroup {
  readonly title: string;
  readonly preconditions: string;
  readonly scenarios: readonly Scenario[];
}
