import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import type { StartPipelineParameters } from "../../../offchain-engine/settlement/pipeline.ts";
import { SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, startExchangeWorld } from "./exchange-world.ts";
import { beginLiveCase, type LiveCase } from "./live-case.ts";

describe("settlement pipeline, killed", () => {
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

  /** Settlement that dies where `kill` throws, and another that is started after it. */
  async function dieAndRestart(
    kill: (die: () => never) => Partial<StartPipelineParameters>,
    batches = 2n,
  ) {
    await live.trade();
    const settlement = live.settle(
      kill(() => {
        throw new SettlementHalt("killed");
      }),
    );
    await live.halted(settlement);
    await live.trade(50);
    live.settle();
    const all = () => live.engine.fills().every(({ status }) => status === "settled");
    await eventually("every fill settles", all);
    assert.equal(await live.yesLots(0), 9_850n);
    assert.equal(await live.yesLots(1), 10_150n);
    assert.equal(await live.lastBatchId(), batches);
    await eventually("no batch stays open", async () => (await live.store.open()).length === 0);
  }

  it("before a batch is durable, settles both trades once after a restart", () =>
    dieAndRestart((die) => ({ store: { ...live.store, prepare: die } }), 1n));

  it("after a batch is durable, settles it once after a restart", () =>
    dieAndRestart((die) => ({
      store: {
        ...live.store,
        prepare: async (batch) => {
          await live.store.prepare(batch);
          die();
        },
      },
    })));

  it("after the transaction is durable, settles it once after a restart", () =>
    dieAndRestart((die) => ({
      store: {
        ...live.store,
        submit: async (batchId, transaction) => {
          await live.store.submit(batchId, transaction);
          die();
        },
      },
    })));

  it("after the report, before the transaction is sent, settles it once after a restart", () =>
    dieAndRestart((die) => ({
      submit: async (report) => {
        await live.engine.submit(report);
        die();
      },
    })));

  it("after the transaction was sent, settles it once after a restart", () =>
    dieAndRestart((die) => {
      const client = createChainClient({ rpcUrl: world.chain.rpcUrl });
      const request = (async (call: { method: string }) => {
        const result = await client.request(call as never);
        if (call.method === "eth_sendRawTransaction") die();
        return result;
      }) as typeof client.request;
      return { client: { ...client, request } };
    }));

  it("after the batch was mined, before that is durable, settles it once after a restart", () =>
    dieAndRestart((die) => ({ store: { ...live.store, settle: die } })));

  it("takes up the transaction of a killed run that still waits to be mined", async () => {
    await world.chain.rpc("evm_setAutomine", false);
    await live.trade();
    const first = live.settle();
    await eventually("it is pending", async () => (await live.pending()).length === 1);
    await first.stop();
    live.settle();
    await eventually("it is mined", async () => {
      await world.chain.rpc("evm_mine");
      return live.engine.core.status.lastBatchId === 1;
    });
    assert.equal(live.engine.submitted().length, 1);
  });
});
