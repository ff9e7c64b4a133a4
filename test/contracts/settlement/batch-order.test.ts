import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("settle: who may, and in which order", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
  });

  it("refuses anyone but the operator", async () => {
    const bytes = encodeBatch(await x.batch([], []));
    await assertRefused(x.attempt(x.admin, "settle", [bytes]), "NotOperator");
  });

  it("refuses a batch again, an older one and one ahead", async () => {
    const first = await x.batch([], []);
    await x.settleBytes(encodeBatch(first));
    await assertRefused(x.attempt(x.operator, "settle", [encodeBatch(first)]), "BatchOutOfOrder");
    for (const batchId of [0n, 3n, 2n ** 64n - 1n]) {
      const other = encodeBatch({ ...first, batchId });
      await assertRefused(x.attempt(x.operator, "settle", [other]), "BatchOutOfOrder");
    }
  });

  it("anchors the journal and counts the batches", async () => {
    const journalHash = `0x${"ab".repeat(32)}` as const;
    const batch = { ...(await x.batch([], [])), journalSeq: 77n, journalHash };
    const { receipt } = await x.settleBytes(encodeBatch(batch));
    assert.deepEqual(x.events(receipt, "BatchSettled"), [
      { batchId: 1n, journalHash, journalSeq: 77n, settled: 0, skipped: 0 },
    ]);
    assert.equal(await x.read("lastBatchId"), 1n);
  });
});
