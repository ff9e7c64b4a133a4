import { seededRandom } from "../../sdk/fixture/random.ts";

/** All that is drawn for one case; the same seed draws the same. */
export interface Source {
  /** 0 … `bound` − 1. */
  below(bound: number): number;
  /** True so often of a hundred times. */
  percent(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  hex(bytes: number): `0x${string}`;
}

/** The source of case `index` of a run: each case draws on its own, so that one can be sent again alone. */
export function sourceOf(seed: number, index: number): Source {
  const below = seededRandom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0);
  return {
    below,
    percent: (share) => below(100) < share,
    pick: <Item>(items: readonly Item[]) => items[below(items.length)] as Item,
    hex: (bytes) =>
      `0x${Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, "0")).join("")}`,
  };
}
