import { ponder } from "ponder:registry";
import { delegates } from "ponder:schema";

ponder.on("Exchange:DelegateRemoved", async ({ event, context: { db } }) => {
  const { account, delegate, effectiveAt } = event.args;
  await db.update(delegates, { account, delegate }).set({ removedAt: effectiveAt });
});
