import { ponder } from "ponder:registry";
import { cancels } from "ponder:schema";

ponder.on("Exchange:CancelFinalized", async ({ event, context: { db } }) => {
  const { account, nonce } = event.args;
  await db.update(cancels, { account, nonce }).set({ finalizedBlock: Number(event.block.number) });
});
