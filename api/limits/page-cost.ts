const ITEMS_PER_POINT = 100;

/** What a page counts for on top of its request: reading 500 rows is not reading one. */
export function pageCost(limit: number): number {
  return Math.floor(limit / ITEMS_PER_POINT);
}

export const PAGE_COST_NOTE = `1 more for each ${ITEMS_PER_POINT} of \`limit\``;
