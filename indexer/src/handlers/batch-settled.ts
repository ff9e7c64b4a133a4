import { ponder } from "ponder:registry";
import { batches } from "ponder:schema";
import { changeExchange } from "../projections/exchange.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:BatchSettled", async ({ event, context: { db } }) => {
  const { journalHash, settled, skipped } = event.args;
  const batchId = Number(event.args.batchId);
  const journalSeq = Number(event.args.journalSeq);
  await db.insert(batches).values({
    batchId,
    journalHash,
    journalSeq,
    settled,
    skipped,
    ...provenanceOf(event),
  });
  await changeExchange(db, event.log.address, (row) => ({
    lastBatchId: batchId,
    journalSeq,
    journalHash,
    fillsSkipped: row.fillsSkipped + skipped,
  }));
});
