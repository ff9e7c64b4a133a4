import type { Group } from "../../protocol/wire/group.ts";
import { type GroupTitle, readGroupTitles } from "../index-reads/group-titles.ts";
import { readMarketStats } from "../index-reads/market-stats.ts";
import type { ExchangeMirror, MirroredMarket } from "../mirror/exchange-mirror.ts";
import { ApiProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import { marketReply } from "./market-reply.ts";

/** The members of each group by its id, in order; the newest group first. @throws as `ExchangeMirror.markets` */
export function membersByGroup(mirror: ExchangeMirror): Map<number, MirroredMarket[]> {
  const grouped = mirror.markets().filter(({ view }) => view.groupId !== null);
  const byGroup = Map.groupBy(grouped, ({ view }) => view.groupId as number);
  for (const members of byGroup.values()) members.reverse();
  return byGroup;
}

/** The members of one group. @throws ApiProblem `group_unknown`, `engine_unavailable`. */
export function requireGroup(mirror: ExchangeMirror, groupId: number): MirroredMarket[] {
  const members = membersByGroup(mirror).get(groupId);
  if (!members) throw new ApiProblem("group_unknown", { details: { groupId } });
  return members;
}

/** One group with its members; `named` where its name is known without the index. */
export async function groupReply(
  members: readonly MirroredMarket[],
  { pool }: Services,
  named?: GroupTitle,
): Promise<Group> {
  const groupId = members[0]?.view.groupId as number;
  const stats = await readMarketStats(
    pool,
    members.map(({ view }) => view.marketId),
  );
  const known = named ?? (await readGroupTitles(pool, [groupId])).get(groupId);
  return {
    groupId,
    slug: known?.slug ?? null,
    title: known?.title ?? null,
    markets: members.map((one) => marketReply(one, stats.get(one.view.marketId) ?? null)),
  };
}
