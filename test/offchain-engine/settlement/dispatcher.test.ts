import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { type Hex, numberToHex } from "viem";
import {
  createDispatcher,
  type Dispatcher,
} from "../../../offchain-engine/settlement/dispatcher.ts";
import type { Flight } from "../../../offchain-engine/settlement/flight.ts";
import type { StartPipelineParameters } from "../../../offchain-engine/settlement/pipeline.ts";
import { SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { createLog } from "../../../platform/log.ts";
import { accountOf, DEPLOYMENT } from "../journal/fixtures.ts";

/** Each transaction that is sent is mined, and fails; the exchange says that it would take the batch. */
function startDispatcher(): Dispatcher {
  const client = {
    getBlock: async () => ({ baseFeePerGas: 1n }),
    estimateMaxPriorityFeePerGas: async () => 1n,
    call: async () => ({}),
    request: async ({ method, params: [hash] }: { method: string; params: [Hex] }) =>
      method === "eth_getTransactionReceipt" ? { status: "0x0", transactionHash: hash } : hash,
  };
  const parameters = {
    client,
    deployment: DEPLOYMENT,
    operator: {
      address: accountOf(1),
      sign: async ({ nonce }: { nonce: number }) => {
        const hash = numberToHex(nonce, { size: 32 });
        return { raw: hash, hash };
      },
    },
    store: { submit: async () => {} },
    submit: async () => {},
    limits: { stuckAfterMs: 1_000, maxFeePerGas: 1_000n },
    log: createLog({ service: "test", level: "silent" }),
  };
  return createDispatcher(parameters as unknown as StartPipelineParameters);
}

function flight(): Flight {
  return {
    batch: {
      batchId: 5,
      firstFillSeq: 1,
      lastFillSeq: 1,
      calldata: "0x",
      journalSeq: 1,
      journalHash: "0x",
      transactionHash: null,
      nonce: null,
    },
    fills: 1,
    oldestFillMs: null,
    gas: 100_000,
    sent: null,
    hashes: [],
    sentAsNext: new Set(),
    reverts: 0,
    mined: false,
  };
}

describe("dispatcher", () => {
  let dispatcher: Dispatcher;
  let batch: Flight;

  beforeEach(() => {
    dispatcher = startDispatcher();
    batch = flight();
  });

  it("halts when the next batch's transactions fail again and again", async () => {
    for (const nonce of [1, 2, 3, 4]) await dispatcher.push(batch, { nonce, isNext: true });
    await assert.rejects(dispatcher.push(batch, { nonce: 5, isNext: true }), SettlementHalt);
  });

  it("offers more gas after each of them", async () => {
    for (const nonce of [1, 2, 3]) await dispatcher.push(batch, { nonce, isNext: true });
    assert.equal(batch.gas, 225_000);
  });

  it("does not blame a batch for failing behind another one, however often", async () => {
    for (let nonce = 1; nonce <= 10; nonce++) {
      assert.equal(await dispatcher.push(batch, { nonce, isNext: false }), null);
    }
    await dispatcher.push(batch, { nonce: 11, isNext: true });
    assert.deepEqual([batch.reverts, batch.gas], [0, 100_000]);
  });

  it("counts a transaction once that was sent again", async () => {
    for (const nonce of [1, 2, 1, 2, 1, 2, 1, 2, 1]) {
      await dispatcher.push(batch, { nonce, isNext: true });
    }
    assert.deepEqual([batch.reverts, batch.hashes.length], [2, 2]);
  });
});
