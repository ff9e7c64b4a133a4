import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { Address, Hex } from "viem";
import { type ChainClient, createChainClient } from "../../../offchain-engine/chain/client.ts";
import { createChainMetrics } from "../../../offchain-engine/chain/metrics.ts";
import type { ChainPlace } from "../../../offchain-engine/chain/seen-blocks.ts";
import {
  type ChainWatcher,
  type StartChainWatcherParameters,
  startChainWatcher,
} from "../../../offchain-engine/chain/watcher.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { BlockCommand, BlockUndoneCommand } from "../../../protocol/engine/command.ts";
import { type CuttableProxy, startCuttableProxy } from "./cuttable-proxy.ts";
import { type Emission, emission, emit } from "./emitter.ts";
import { eventually } from "./eventually.ts";
import { startTestChain, type TestChain } from "./test-chain.ts";

const EXCHANGE: Address = "0x00000000000000000000000000000000000000E1";
const ALICE: Address = "0x00000000000000000000000000000000000000A1";
const HASH = `0x${"cd".repeat(32)}` as Hex;

function deposit(amountMicro: bigint): Emission {
  return emission("Deposited", { account: ALICE, payer: ALICE, amountMicro });
}

describe("chain watcher", () => {
  let chain: TestChain;
  let deployment: Deployment;
  let snapshot: unknown;
  /** Taken and not undone, oldest first. */
  let blocks: BlockCommand[];
  let undoneBlocks: number;
  /** The block before those that can be undone. */
  let lowest: ChainPlace;
  let watchers: ChainWatcher[];

  before(async () => {
    chain = await startTestChain();
    await chain.rpc("hardhat_mine", "0x3");
  });
  after(() => chain.stop());

  beforeEach(async () => {
    snapshot = await chain.rpc("evm_snapshot");
    const block = await chain.rpc<{ number: Hex; hash: Hex }>(
      "eth_getBlockByNumber",
      "latest",
      false,
    );
    const deployBlock = Number(block.number);
    deployment = {
      chainId: 31337,
      exchange: EXCHANGE,
      deployBlock,
      deployBlockHash: block.hash,
    } as Deployment;
    blocks = [];
    undoneBlocks = 0;
    lowest = { number: 0, hash: null };
    watchers = [];
  });

  afterEach(async () => {
    for (const watcher of watchers) await watcher.stop();
    await chain.rpc("evm_revert", snapshot);
  });

  function watch(changes: Partial<StartChainWatcherParameters> = {}): ChainWatcher {
    const watcher = startChainWatcher({
      client: createChainClient({ rpcUrl: chain.rpcUrl }),
      deployment,
      confirmations: 0,
      fromBlock: deployment.deployBlock,
      takenBlocks: () => [...blocks.toReversed(), lowest],
      pollingIntervalMs: 10,
      maxHeadAgeMs: Number.POSITIVE_INFINITY,
      submit: async (report) => take(report),
      needsHeadBlock: () => false,
      log: createLog({ service: "test", level: "silent" }),
      metrics: createChainMetrics(createMetrics({ service: "test", processMetrics: false })),
      ...changes,
    });
    watchers.push(watcher);
    return watcher;
  }

  /** As the engine does: takes blocks, and undoes the last one. */
  function take(report: BlockCommand | BlockUndoneCommand): void {
    if (report.kind === "block") {
      blocks.push(report);
    } else {
      const undone = blocks.pop();
      assert.deepEqual([undone?.number, undone?.hash], [report.number, report.hash]);
      undoneBlocks++;
    }
  }

  /** A client whose node lets the test change an answer. */
  function answering(change: (method: string, answer: unknown) => unknown): ChainClient {
    const client = createChainClient({ rpcUrl: chain.rpcUrl });
    const request = async (asked: { method: string }) =>
      change(asked.method, await client.request(asked as never));
    return { ...client, request } as ChainClient;
  }

  async function tip(): Promise<number> {
    return Number(await chain.rpc("eth_blockNumber"));
  }

  async function caughtUp(watcher: ChainWatcher): Promise<void> {
    const head = await tip();
    await eventually(`the watcher reaches block ${head}`, () => watcher.head() >= head);
  }

  function amounts(): string[] {
    return blocks.flatMap(({ events }) =>
      events.map((event) => (event.type === "deposited" ? event.amountMicro : event.type)),
    );
  }

  it("ends with a sentence when the exchange was deployed on another chain", async () => {
    const end = await watch({ deployment: { ...deployment, chainId: 1 } }).ended;
    assert.equal(end.reason, "chain_mismatch");
  });

  it("ends when the deployment's block is another one, having submitted nothing", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    const end = await watch({ deployment: { ...deployment, deployBlockHash: HASH } }).ended;
    assert.equal(end.reason, "chain_mismatch");
    assert.deepEqual(blocks, []);
  });

  it("ends when the chain is reset under it", async () => {
    const first = await startTestChain();
    await first.rpc("hardhat_mine", "0x3");
    const block = await first.rpc<{ hash: Hex }>("eth_getBlockByNumber", "0x3", false);
    const watcher = watch({
      client: createChainClient({ rpcUrl: first.rpcUrl }),
      deployment: { ...deployment, deployBlock: 3, deployBlockHash: block.hash },
      fromBlock: 3,
    });
    await emit(first, EXCHANGE, [deposit(1n)]);
    await eventually("the first chain is read", () => blocks.length === 1);
    await first.stop();
    const second = await startTestChain(first.port);
    await second.rpc("hardhat_mine", "0x9");
    assert.equal((await watcher.ended).reason, "chain_mismatch");
    assert.deepEqual(amounts(), ["1"]);
    await second.stop();
  });

  it("ends when the reorganisation reaches below the blocks that can be undone", async () => {
    const fork = await chain.rpc("evm_snapshot");
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await emit(chain, EXCHANGE, [deposit(2n)]);
    const watcher = watch();
    await caughtUp(watcher);
    // The older one cannot be undone any more.
    lowest = blocks.shift() as BlockCommand;
    await chain.rpc("evm_revert", fork);
    await emit(chain, EXCHANGE, [deposit(3n)]);
    await chain.rpc("hardhat_mine", "0x3");
    assert.equal((await watcher.ended).reason, "reorganised");
    assert.deepEqual(amounts(), ["2"]);
  });

  for (const final of [1, 2]) {
    it(`ends when a chain of one block replaces two of which ${final} cannot be undone`, async () => {
      const watcher = watch();
      await caughtUp(watcher);
      const fork = await chain.rpc("evm_snapshot");
      for (const micro of [1n, 2n]) {
        await emit(chain, EXCHANGE, [deposit(micro)]);
        await caughtUp(watcher);
      }
      // The block before them was seen too, and both chains have it: it must not pass for where to go back to.
      lowest = blocks.splice(0, final).at(-1) as BlockCommand;
      await chain.rpc("evm_revert", fork);
      await emit(chain, EXCHANGE, [deposit(3n)]);
      assert.equal((await watcher.ended).reason, "reorganised");
      assert.equal(undoneBlocks, 0);
    });
  }

  it("ends at its start when the block before was reorganised away and cannot be undone", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    lowest = { number: await tip(), hash: HASH };
    const end = await watch({ fromBlock: (await tip()) + 1 }).ended;
    assert.equal(end.reason, "reorganised");
  });

  it("undoes the blocks that a reorganisation took, newest first, and takes those in their place", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    const fork = await chain.rpc("evm_snapshot");
    await emit(chain, EXCHANGE, [deposit(2n)]);
    await chain.rpc("hardhat_mine", "0x2");
    await emit(chain, EXCHANGE, [deposit(3n)]);
    const watcher = watch();
    await caughtUp(watcher);
    assert.deepEqual(amounts(), ["1", "2", "3"]);
    await chain.rpc("evm_revert", fork);
    await emit(chain, EXCHANGE, [deposit(4n)]);
    await chain.rpc("hardhat_mine", "0x9");
    await eventually("the new chain is followed", () => amounts().includes("4"));
    await caughtUp(watcher);
    assert.deepEqual(amounts(), ["1", "4"]);
    assert.equal(undoneBlocks, 2);
  });

  it("undoes what it took before a restart, as soon as the chain is as long as it was", async () => {
    const fork = await chain.rpc("evm_snapshot");
    await emit(chain, EXCHANGE, [deposit(1n)]);
    const first = watch();
    await caughtUp(first);
    await first.stop();
    await chain.rpc("evm_revert", fork);
    const second = watch({ fromBlock: (blocks[0]?.number ?? 0) + 1 });
    await emit(chain, EXCHANGE, [deposit(2n)]);
    await chain.rpc("hardhat_mine", "0x2");
    await eventually("the new block is taken", () => amounts().includes("2"));
    await caughtUp(second);
    assert.deepEqual(amounts(), ["2"]);
  });

  it("undoes on a chain that is shorter than it was, when an older block tells", async () => {
    const fork = await chain.rpc("evm_snapshot");
    const watcher = watch();
    for (const micro of [1n, 2n, 3n]) {
      await emit(chain, EXCHANGE, [deposit(micro)]);
      await caughtUp(watcher);
    }
    await chain.rpc("evm_revert", fork);
    await emit(chain, EXCHANGE, [deposit(4n)]);
    await eventually("the new block is taken", () => amounts().join() === "4");
  });

  it("undoes nothing where the chain lost blocks in which nothing had happened", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    const fork = await chain.rpc("evm_snapshot");
    await chain.rpc("hardhat_mine", "0x2");
    const watcher = watch();
    await caughtUp(watcher);
    await chain.rpc("evm_revert", fork);
    await emit(chain, EXCHANGE, [deposit(2n)]);
    await chain.rpc("hardhat_mine", "0x4");
    await eventually("the new chain is followed", () => amounts().includes("2"));
    assert.deepEqual(amounts(), ["1", "2"]);
    assert.equal(undoneBlocks, 0);
  });

  it("offers a refused undoing again before anything else", async () => {
    const fork = await chain.rpc("evm_snapshot");
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await emit(chain, EXCHANGE, [deposit(2n)]);
    let refusals = 2;
    const watcher = watch({
      async submit(report) {
        if (report.kind === "block_undone" && refusals-- > 0) throw new Error("the queue is full");
        take(report);
      },
    });
    await caughtUp(watcher);
    await chain.rpc("evm_revert", fork);
    await emit(chain, EXCHANGE, [deposit(3n)]);
    await chain.rpc("hardhat_mine", "0x4");
    await eventually("the new chain is followed", () => amounts().join() === "3");
    assert.ok(refusals < 0);
  });

  it("takes again what it undid when the chain turns back midway", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    const fork = await tip();
    await emit(chain, EXCHANGE, [deposit(2n)]);
    await emit(chain, EXCHANGE, [deposit(3n)]);
    let isOther = false;
    const client = answering((method, answer) => {
      const { number } = (method === "eth_getBlockByNumber" && answer ? answer : {}) as {
        number?: Hex;
      };
      return isOther && Number(number) > fork ? { ...(answer as object), hash: HASH } : answer;
    });
    const watcher = watch({
      client,
      async submit(report) {
        if (report.kind === "block_undone" && undoneBlocks === 1) {
          isOther = false;
          throw new Error("the queue is full");
        }
        take(report);
      },
    });
    await caughtUp(watcher);
    isOther = true;
    await chain.rpc("hardhat_mine", "0x1");
    await eventually("the chain turns back midway", () => !isOther);
    await caughtUp(watcher);
    assert.deepEqual(amounts(), ["1", "2", "3"]);
    assert.equal(undoneBlocks, 1);
  });

  it("submits each block with events once, in order, with events in log order", async () => {
    await emit(chain, EXCHANGE, [deposit(1n), deposit(2n)]);
    await chain.rpc("hardhat_mine", "0x5");
    await emit(chain, EXCHANGE, [deposit(3n)]);
    const watcher = watch();
    await caughtUp(watcher);
    await emit(chain, EXCHANGE, [deposit(4n)]);
    await caughtUp(watcher);
    assert.deepEqual(amounts(), ["1", "2", "3", "4"]);
    assert.equal(blocks.length, 3);
    const last = await chain.rpc<{ hash: Hex; timestamp: Hex }>(
      "eth_getBlockByNumber",
      "latest",
      false,
    );
    assert.equal(blocks[2]?.number, await tip());
    assert.equal(blocks[2]?.hash, last.hash);
    assert.equal(blocks[2]?.timestamp, Number(last.timestamp));
  });

  it("makes one event of a settlement and the fills that it skipped", async () => {
    const skip = (fillIndex: number, reason: number) =>
      emission("FillSkipped", { batchId: 9n, fillIndex, reason });
    const settled = emission("BatchSettled", {
      batchId: 9n,
      journalHash: HASH,
      journalSeq: 77n,
      settled: 5,
      skipped: 2,
    });
    const transactionHash = await emit(chain, EXCHANGE, [
      deposit(1n),
      skip(1, 4),
      skip(3, 6),
      settled,
      deposit(2n),
    ]);
    await caughtUp(watch());
    assert.deepEqual(amounts(), ["1", "batch_settled", "2"]);
    assert.deepEqual(blocks[0]?.events[1], {
      type: "batch_settled",
      batchId: 9,
      journalHash: HASH,
      transactionHash,
      settled: 5,
      skipped: [
        { fillIndex: 1, reason: 4 },
        { fillIndex: 3, reason: 6 },
      ],
    });
  });

  it("loses nothing to a node that answers for a block which it has not yet seen", async () => {
    let behind = true;
    let asked = 0;
    const client = answering((method, answer) => {
      if (!behind) return answer;
      if (method === "eth_getLogs") asked++;
      if (method === "eth_getLogs") return [];
      const { number } = (answer ?? {}) as { number?: Hex };
      return number !== undefined && Number(number) > deployment.deployBlock ? null : answer;
    });
    const watcher = watch({ client, fromBlock: deployment.deployBlock + 1 });
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await eventually("the node behind is asked", () => asked > 0);
    assert.equal(watcher.head(), deployment.deployBlock);
    behind = false;
    await caughtUp(watcher);
    assert.deepEqual(amounts(), ["1"]);
  });

  it("is not current while the newest block is older than it may be", async () => {
    let old = true;
    const client = answering((method, answer) =>
      old && method === "eth_getBlockByNumber" && answer ? { ...answer, timestamp: "0x1" } : answer,
    );
    const watcher = watch({ client, maxHeadAgeMs: 3_600_000 });
    await caughtUp(watcher);
    const seen = await tip();
    await chain.rpc("hardhat_mine", "0x1");
    await caughtUp(watcher);
    assert.ok(watcher.head() > seen);
    assert.equal(watcher.currentAtMs(), 0);
    old = false;
    await chain.rpc("hardhat_mine", "0x1");
    await eventually("the watcher is current", () => watcher.currentAtMs() > 0);
  });

  it("is not current while the chain ends before a block that it took", async () => {
    const watcher = watch({ fromBlock: (await tip()) + 3 });
    const other = watch({ fromBlock: (await tip()) + 1 });
    const first = await eventually("another is current", () => other.currentAtMs() || null);
    await eventually("it is so again", () => other.currentAtMs() > first);
    assert.equal(watcher.currentAtMs(), 0);
  });

  it("goes on from the block that it is given", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await emit(chain, EXCHANGE, [deposit(2n)]);
    await emit(chain, EXCHANGE, [deposit(3n)]);
    await caughtUp(watch({ fromBlock: (await tip()) - 1 }));
    assert.deepEqual(amounts(), ["2", "3"]);
  });

  it("holds a block back until it has its confirmations", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await chain.rpc("hardhat_mine", "0x1");
    const watcher = watch({ confirmations: 2 });
    await eventually("one block on top", async () => watcher.head() === (await tip()) - 2);
    assert.deepEqual(amounts(), []);
    await chain.rpc("hardhat_mine", "0x1");
    await eventually("the block has two on top", () => blocks.length === 1);
  });

  it("offers a refused block again, and nothing after it before it", async () => {
    await emit(chain, EXCHANGE, [deposit(1n)]);
    await emit(chain, EXCHANGE, [deposit(2n)]);
    let refusals = 2;
    const submit: StartChainWatcherParameters["submit"] = async (report) => {
      if (refusals-- > 0) throw new Error("the queue is full");
      take(report);
    };
    await caughtUp(watch({ submit }));
    assert.deepEqual(amounts(), ["1", "2"]);
  });

  it("submits the newest block without events only when the engine wants it", async () => {
    let wanted = false;
    const watcher = watch({ needsHeadBlock: () => wanted });
    await chain.rpc("hardhat_mine", "0x1");
    await caughtUp(watcher);
    assert.equal(blocks.length, 0);
    wanted = true;
    await chain.rpc("hardhat_mine", "0x4");
    await eventually("the newest block arrives", () => blocks.length === 1);
    assert.equal(blocks[0]?.number, await tip());
    assert.deepEqual(blocks[0]?.events, []);
  });

  describe("behind a connection that fails", () => {
    let proxy: CuttableProxy;

    before(async () => {
      proxy = await startCuttableProxy(chain.port);
    });
    after(() => proxy.stop());

    it("takes up where it was when the chain answers again", async () => {
      const metrics = createChainMetrics(createMetrics({ service: "t", processMetrics: false }));
      const watcher = watch({ client: createChainClient({ rpcUrl: proxy.url }), metrics });
      await emit(chain, EXCHANGE, [deposit(1n)]);
      await caughtUp(watcher);
      proxy.cut();
      await emit(chain, EXCHANGE, [deposit(2n)]);
      await eventually("an error is counted", async () => {
        const { values } = await metrics.rpcErrors.get();
        return values.some(({ value }) => value > 1);
      });
      proxy.mend();
      await caughtUp(watcher);
      assert.deepEqual(amounts(), ["1", "2"]);
    });
  });
});
