import type { BookLevel } from "../../protocol/engine/view.ts";

/** A side of a book with changed levels put in: sorted, best first, no empty level. */
export function withLevels(
  side: readonly BookLevel[],
  changes: readonly BookLevel[],
  best: "highest" | "lowest",
): BookLevel[] {
  const sign = best === "highest" ? -1 : 1;
  const levels = [...side];
  for (const [price, quantity] of changes) {
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sign * ((levels[middle] as BookLevel)[0] - price) < 0) low = middle + 1;
      else high = middle;
    }
    const exists = levels[low]?.[0] === price;
    if (quantity > 0) levels.splice(low, exists ? 1 : 0, [price, quantity]);
    else if (exists) levels.splice(low, 1);
  }
  return levels;
}
