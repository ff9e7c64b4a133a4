import { SCENARIO_GROUPS } from "../../test/contracts/gas/scenarios.ts";
import { YARDSTICKS } from "./yardstick.ts";

export interface GasRow {
  title: string;
  /** Ours, v1's, v2's, ours in percent of v2's (or of v1's where v2 has none), the goal and whether it is met. */
  cells: readonly [agon: string, v1: string, v2: string, ratio: string, goal: string];
}

export interface GasSection {
  title: string;
  preconditions: string;
  rows: readonly GasRow[];
}

/** Every figure beside its yardstick, by section, ready to be shown. */
export function gasSections(figures: Readonly<Record<string, number>>): GasSection[] {
  return SCENARIO_GROUPS.map(({ title, preconditions, scenarios }) => ({
    title,
    preconditions,
    rows: scenarios.map((scenario) => ({
      title: scenario.title,
      cells: cellsOf(scenario.key, figures),
    })),
  }));
}

function cellsOf(key: string, figures: Readonly<Record<string, number>>): GasRow["cells"] {
  const { v1, v2, goal } = YARDSTICKS[key] ?? {};
  const agon = figures[key];
  if (agon === undefined) throw new Error(`${key} was not measured`);
  const other = v2 ?? v1;
  const ratio = other === undefined ? "" : `${Math.round((100 * agon) / other)} %`;
  return [grouped(agon), grouped(v1), grouped(v2), ratio, goalText(agon, goal?.(figures))];
}

function goalText(found: number, goal: number | undefined): string {
  if (goal === undefined) return "";
  return `≤ ${grouped(goal)} ${found <= goal ? "met" : `missed by ${grouped(found - goal)}`}`;
}

/** Thousands apart by commas; empty for nothing. */
function grouped(value: number | undefined): string {
  return value === undefined ? "" : String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
