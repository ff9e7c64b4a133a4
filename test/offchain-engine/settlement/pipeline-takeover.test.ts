import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import { BatchConflict } from "../../../offchain-engine/settlement/batch-conflict.ts";
import { type ExchangeWorld, startExchangeWorld } from "./exchange-world.ts";
import { beginLiveCase, type LiveCase } from "./live-case.ts";

/** An engine that was cut off from the journal may go on for a moment beside the one that took over. */
describe("settlement pipeline beside another engine's", () => {
  let world: ExchangeWorld;
  let live: LiveCase;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  beforeEach(async () => {
    live = await beginLiveCase(world);
  });
  afterEach(() => live.end());

  it("halts when a batch that it cannot take up has other bytes again and again", async () => {
    const prepare = async ({ batchId }: { batchId: number }) => {
      throw new BatchConflict(batchId);
    };
    await live.trade();
    await live.halted(live.settle({ store: { ...live.store, prepare } }));
    assert.equal(await live.lastBatchId(), 0n);
  });

  it("takes up a batch that the other fixed after it had looked, and settles all once", async () => {
    let isFixed = false;
    await live.trade();
    live.settle({
      store: {
        ...live.store,
        prepare: async (batch) => {
          await live.store.prepare(batch);
          if (isFixed) return;
          isFixed = true;
          throw new BatchConflict(batch.batchId);
        },
      },
    });
    await live.settled(1);
    await live.trade(50);
    await live.settled(2);
    assert.equal(await live.yesLots(0), 9_850n);
  });

  it("begins although the engine reads of batches while the chain still answers", async () => {
    const client = createChainClient({ rpcUrl: world.chain.rpcUrl });
    let reads = 0;
    let isAhead = false;
    await live.trade();
    live.settle({
      client: {
        ...client,
        getTransactionCount: async (parameters) => {
          const count = await client.getTransactionCount(parameters);
          isAhead = ++reads === 1;
          return count;
        },
      },
      source: {
        ...live.engine.source,
        lastBatchId() {
          const ahead = isAhead ? 1 : 0;
          isAhead = false;
          return live.engine.source.lastBatchId() + ahead;
        },
      },
    });
    await live.settled(1);
  });
});
