import type { Address } from "viem";
import type { CoreVerdict } from "../../offchain-engine/edge/verdict.ts";
import { restore } from "../../offchain-engine/restore.ts";
import { createEventPublisher } from "../../offchain-engine/sequencer/event-publisher.ts";
import { createSequencerMetrics } from "../../offchain-engine/sequencer/metrics.ts";
import { GroupCommitSequencer, type Sequencer } from "../../offchain-engine/sequencer/sequencer.ts";
import { createLog } from "../../platform/log.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import type { ChainEvent, PlaceCommand } from "../../protocol/engine/command.ts";
import { DEPLOYMENT } from "../../test/offchain-engine/journal/fixtures.ts";
import { MARKETS, type SignedOrder } from "./signed-orders.ts";

/** Far above what a run reaches: nothing settles here. */
const UNBOUNDED = 100_000_000;
const DAY_SECONDS = 86_400;

/** The real sequencer on the real core, journal and tables; no chain, no settlement, no bus. */
export interface EngineRig {
  sequencer: Sequencer<CoreVerdict>;
  /** Durable commands whose changes are not in the tables yet. */
  behind(): number;
  /** Resolves once the tables hold all that is durable now. */
  caughtUp(): Promise<void>;
  /** Fills so far. */
  fills(): number;
  stop(): Promise<void>;
}

/** Starts an engine on a database of its own, with open markets and funded accounts. */
export async function startRig(
  databaseUrl: string,
  accounts: readonly Address[],
  maxGroup: number,
): Promise<EngineRig> {
  const log = createLog({ service: "bench", level: "error" });
  const pool = createPool({ databaseUrl, log, applicationName: "agon-bench" });
  const metrics = createMetrics({ service: "bench", processMetrics: false });
  const publisher = createEventPublisher(() => {});
  const restored = await restore({
    pool,
    deployment: DEPLOYMENT,
    limits: {
      maxUnsettledFills: UNBOUNDED,
      maxOpenOrdersPerAccount: UNBOUNDED,
      maxUnsettledAgeMs: DAY_SECONDS * 1_000,
    },
    standby: "refuse",
    publisher,
    log,
    metrics,
  });
  const { journal, projector } = restored;
  const sequencer = new GroupCommitSequencer<CoreVerdict>({
    ...restored,
    publish: publisher.publish,
    onApplied: () => {},
    limits: { maxQueued: 20_000, maxGroup },
    clock: Date.now,
    metrics: createSequencerMetrics(metrics),
  });
  await sequencer.report(openingBlock(accounts));
  return {
    sequencer,
    behind: () => journal.head().seq - projector.seq(),
    caughtUp: () => projector.reached(journal.head().seq),
    fills: () => sequencer.durableFillSeq(),
    async stop() {
      await sequencer.close();
      await projector.close();
      await journal.close();
      await pool.end();
    },
  };
}

function openingBlock(accounts: readonly Address[]) {
  const timestamp = Math.floor(Date.now() / 1_000);
  const markets = Array.from({ length: MARKETS }, (_, i): ChainEvent => {
    const marketId = i + 1;
    return {
      type: "market_created",
      marketId,
      groupId: null,
      slug: `market-${marketId}`,
      question: "Will it?",
      rules: "It will, or not.",
      category: "bench",
      resolver: DEPLOYMENT.priceFeedResolver,
      closeTime: timestamp + DAY_SECONDS,
      resolveDeadline: timestamp + 2 * DAY_SECONDS,
      takerFeeBps: 0,
      priceStep: 1,
    };
  });
  const deposits = accounts.map(
    (account): ChainEvent => ({ type: "deposited", account, amountMicro: "1000000000000" }),
  );
  const hash = DEPLOYMENT.deployBlockHash;
  return { kind: "block" as const, number: 2, hash, timestamp, events: [...markets, ...deposits] };
}

/** The command that the door makes of an order whose signer it knows. */
export function placeCommand({ order, signature, hash }: SignedOrder): PlaceCommand {
  return {
    kind: "place",
    hash,
    order,
    signature,
    signer: order.maker,
    selfTradePrevention: "cancel_resting",
  };
}
