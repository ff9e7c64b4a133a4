import type { Address, Hex } from "viem";
import { generatePrivateKey } from "viem/accounts";
import type { CoreLimits } from "../../../offchain-engine/core/limits.ts";
import type { CoreVerdict } from "../../../offchain-engine/edge/verdict.ts";
import { restore } from "../../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../../offchain-engine/sequencer/event-publisher.ts";
import { createSequencerMetrics } from "../../../offchain-engine/sequencer/metrics.ts";
import {
  GroupCommitSequencer,
  type SequencerLimits,
} from "../../../offchain-engine/sequencer/sequencer.ts";
import { createAnswerRequest } from "../../../offchain-engine/server/answer-request.ts";
import { createCommandTraces } from "../../../offchain-engine/server/command-traces.ts";
import { createReleaseSigner } from "../../../offchain-engine/settlement/release-signer.ts";
import type { BusServer } from "../../../platform/bus/bus.ts";
import type { Log } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { Pool } from "../../../platform/postgres/pool.ts";
import { silentTracer } from "../../../platform/tracing/tracer.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { ChainEvent, Command, SkippedFill } from "../../../protocol/engine/command.ts";
import type { StatusReply } from "../../../protocol/engine/request.ts";

export interface MarketTerms {
  takerFeeBps?: number;
  priceStep?: number;
  rules?: string;
}

export interface EngineWorld {
  /** A command of the engine's own, or of its operator. */
  report(command: Command): Promise<void>;
  /** A block of the chain with these events. */
  block(events: ChainEvent[]): Promise<void>;
  fund(account: Address, micro: bigint): Promise<void>;
  /** Creates an open market; returns its id. */
  createMarket(slug: string, terms?: MarketTerms): Promise<number>;
  /** Settles all fills up to `lastFillSeq` in a simulated batch; returns its transaction hash. */
  simulateSettlement(lastFillSeq: number, skipped?: SkippedFill[]): Promise<Hex>;
  /** As an engine that stops answering, and one that comes back. */
  silence(): void;
  speak(): void;
  stop(): Promise<void>;
}

const HOUR_SECONDS = 3600;
const RESOLVER: Address = "0x00000000000000000000000000000000000000aa";

/** The real core with its journal and its tables, fed with blocks by the test in a chain's place. */
export async function startEngineWorld(deps: {
  pool: Pool;
  bus: BusServer;
  deployment: Deployment;
  log: Log;
  /** What the engine says of itself; live when absent. */
  settlement?: StatusReply["settlement"];
  /** In place of the engine's own. */
  limits?: Partial<CoreLimits>;
  queue?: SequencerLimits;
}): Promise<EngineWorld> {
  const { pool, bus, deployment, log, settlement = "live" } = deps;
  const metrics = createMetrics({ service: "test", processMetrics: false });
  const publisher = createEventPublisher((batches) => bus.publish(batches));
  const { core, journal, projector, timeMs, lastFillSeq } = await restore({
    pool,
    deployment,
    limits: deps.limits ?? {},
    standby: "refuse",
    publisher,
    log,
    metrics,
  });
  const sequencer = new GroupCommitSequencer<CoreVerdict>({
    core,
    journal,
    projector,
    timeMs,
    lastFillSeq,
    publish: publisher.publish,
    onApplied: () => {},
    limits: deps.queue ?? { maxQueued: 1000, maxGroup: 100 },
    clock: Date.now,
    metrics: createSequencerMetrics(metrics),
  });
  const status = (): StatusReply => ({
    type: "status",
    seq: core.seq,
    stateHash: null,
    journalHash: `0x${journal.head().hash.toString("hex")}`,
    settlement,
    settlementHalted: null,
    lastBlock: core.status.lastBlock,
    lastBatchId: core.status.lastBatchId,
    unsettledFills: core.status.unsettledFills,
    oldestUnsettledMs: core.status.oldestUnsettledMs,
    exchange: core.status.exchange,
    skippedFills: core.status.skippedFills,
    reconciliation: null,
  });
  const answer = createAnswerRequest({
    core,
    sequencer,
    releaseSigner: createReleaseSigner({ operatorPrivateKey: generatePrivateKey(), deployment }),
    isChainStale: () => false,
    isSettlementHalted: () => false,
    differsFromChain: () => false,
    async reachTables() {
      await projector.reached(journal.head().seq);
      return projector.seq();
    },
    status,
    traces: createCommandTraces(silentTracer, log),
  });
  let silence: PromiseWithResolvers<void> | null = null;
  await bus.serve(async (request) => {
    await silence?.promise;
    return answer(request);
  });

  let blockNumber = 0;
  let marketId = 0;
  let batchId = 0;
  let settledFillSeq = 0;
  async function block(events: ChainEvent[]): Promise<void> {
    blockNumber += 1;
    const hash: Hex = `0x${blockNumber.toString(16).padStart(64, "0")}`;
    const timestamp = Math.floor(Date.now() / 1000);
    await sequencer.report({ kind: "block", number: blockNumber, hash, timestamp, events });
  }

  return {
    report: (command) => sequencer.report(command),
    block,
    fund: (account, micro) =>
      block([{ type: "deposited", account, amountMicro: micro.toString() }]),
    async createMarket(slug, { takerFeeBps = 0, priceStep = 1, rules = "As it is." } = {}) {
      marketId += 1;
      const closeTime = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
      await block([
        {
          type: "market_created",
          marketId,
          groupId: null,
          slug,
          question: `Will ${slug} be?`,
          rules,
          category: "test",
          resolver: RESOLVER,
          closeTime,
          resolveDeadline: closeTime + HOUR_SECONDS,
          takerFeeBps,
          priceStep,
        },
      ]);
      return marketId;
    },
    async simulateSettlement(lastFillSeq, skipped = []) {
      const transactionHash: Hex = `0x${lastFillSeq.toString(16).padStart(64, "0")}`;
      await sequencer.report({
        kind: "batch_simulated",
        batchId: ++batchId,
        firstFillSeq: settledFillSeq + 1,
        lastFillSeq,
        transactionHash,
        skipped,
      });
      settledFillSeq = lastFillSeq;
      return transactionHash;
    },
    silence: () => {
      silence = Promise.withResolvers<void>();
    },
    speak: () => {
      silence?.resolve();
      silence = null;
    },
    async stop() {
      await bus.close();
      await sequencer.close();
      await projector.close();
      await journal.close();
    },
  };
}
