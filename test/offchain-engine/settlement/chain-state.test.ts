import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createPublicClient, custom } from "viem";
import type { ChainClient } from "../../../offchain-engine/chain/client.ts";
import { readChainState } from "../../../offchain-engine/settlement/chain-state.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { type ExchangeWorld, startExchangeWorld } from "./exchange-world.ts";
import { sendEmptyBatch } from "./send-empty-batch.ts";

const OPERATOR = DEV_ACCOUNTS.operator.address;

describe("chain state", () => {
  let world: ExchangeWorld;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  /** A client whose node has another chain, of the same height, from the first answer to a call on. */
  function reorganisedClient(fork: unknown): ChainClient {
    const { chain, client } = world;
    const reorganised = Promise.withResolvers<void>();
    async function request({ method, params = [] }: { method: string; params?: unknown[] }) {
      if (method === "eth_getTransactionCount") await reorganised.promise;
      const answer = await client.request({ method, params } as never);
      if (method === "eth_call") {
        await chain.rpc("evm_revert", fork);
        await chain.rpc("hardhat_mine", "0x1");
        reorganised.resolve();
      }
      return answer;
    }
    return createPublicClient({ transport: custom({ request } as never, { retryCount: 0 }) });
  }

  it("is never of two blocks, though one takes the other's place while it is read", async () => {
    const { chain, client, deployment } = world;
    const before = await readChainState(client, deployment.exchange, OPERATOR);
    const fork = await chain.rpc("evm_snapshot");
    await sendEmptyBatch(world, 1);
    const settled = await readChainState(client, deployment.exchange, OPERATOR);
    assert.deepEqual(settled, { lastBatchId: 1, nonce: before.nonce + 1 });
    const reading = readChainState(reorganisedClient(fork), deployment.exchange, OPERATOR);
    await assert.rejects(reading, { code: -32_000 });
    assert.deepEqual(await readChainState(client, deployment.exchange, OPERATOR), before);
  });
});
