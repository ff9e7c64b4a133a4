import { ponder } from "ponder:registry";
import { marketGroups } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:GroupCreated", async ({ event, context: { db } }) => {
  const { groupId, memberCount, slug, title } = event.args;
  await db.insert(marketGroups).values({
    groupId: Number(groupId),
    memberCount,
    slug,
    title,
    excessYesLots: 0n,
    ...provenanceOf(event),
  });
});
