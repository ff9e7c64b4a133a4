import type { Pool } from "../../platform/postgres/pool.ts";
import { readableText } from "../markets/readable-market.ts";
import { fromIndexOrNull } from "./from-index.ts";

export interface GroupTitle {
  slug: string;
  title: string;
}

/** What the given groups are called; one that the index has not seen is missing. */
export async function readGroupTitles(
  pool: Pool,
  groupIds: readonly number[],
): Promise<Map<number, GroupTitle>> {
  const result = await fromIndexOrNull(() =>
    pool.query<{ group_id: bigint } & GroupTitle>(
      "SELECT group_id, slug, title FROM chain.market_groups WHERE group_id = ANY($1)",
      [groupIds],
    ),
  );
  const rows = result?.rows ?? [];
  return new Map(
    rows.map(({ group_id, slug, title }) => [
      Number(group_id),
      { slug: readableText(slug), title: readableText(title) },
    ]),
  );
}
