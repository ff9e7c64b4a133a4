import { type Address, type Hex, hexToNumber } from "viem";
import { type ChainClient, createChainClient } from "../../offchain-engine/chain/client.ts";
import { blockHashAt } from "../../offchain-engine/chain/deployment-identity.ts";
import { DEFAULT_LIMITS } from "../../offchain-engine/core/limits.ts";
import { JOURNAL_FORMAT, journalGenesisHash } from "../../protocol/journal/genesis-hash.ts";
import type { JournalHead } from "../../protocol/wire/journal.ts";
import { Auditor } from "./auditor.ts";
import { ChainBlocks } from "./chain-blocks.ts";
import { Check } from "./check.ts";
import type { JournalSource } from "./journal-source.ts";
import { settledBatches } from "./settled-batches.ts";
import { type Anchor, SettledFeed } from "./settled-feed.ts";

export interface AuditOptions {
  source: JournalSource;
  rpcUrl: string;
  /** The exchange that is meant; the journal's own word when absent. */
  exchange?: Address;
  /** Where to begin reading the chain; the exchange's creation when absent. */
  fromBlock?: number;
  /** How old a fill may grow before it settles; the matcher's own limit when absent. */
  maxUnsettledSeconds?: number;
}

const DEFAULT_MAX_UNSETTLED_MS = 20 * 60_000;
/** A live journal may be behind its lag by so much. */
const LAG_SLACK_SECONDS = 60;

/**
 * Audits a published journal against the chain; each check tells its first divergence. What cannot be read
 * is a divergence too. The replay holds all orders, as the engine does; all else is read in a stream.
 */
export async function runAudit(options: AuditOptions): Promise<Check[]> {
  const { source, rpcUrl, fromBlock = source.head.deployBlock } = options;
  const { head } = source;
  const client = createChainClient({ rpcUrl });
  const identity = new Check("identity", `journal of ${head.exchange} on chain ${head.chainId}`);
  const reading = new Check("reading", "journals read to the end, with all batches of the chain");
  identity.take(await identityDivergence(client, head, options.exchange));
  if (!identity.ok) return [identity];
  const chainHead = await readHead(client);
  const batches = settledBatches(client, head.exchange, fromBlock, chainHead.number);
  const feed = new SettledFeed(batches);
  const { exchange, limits } = head;
  const maxReorgBlocks = limits["maxReorgBlocks"] ?? DEFAULT_LIMITS.maxReorgBlocks;
  const blocks = new ChainBlocks({ client, exchange, fromBlock, maxReorgBlocks });
  const auditor = new Auditor(head, feed, blocks);
  try {
    for await (const entry of source.entries) await auditor.take(entry);
    await takeLateAnchors(auditor, feed, client, source, chainHead.timestamp);
    await auditor.endBlocks();
    reading.pass();
  } catch (error) {
    reading.fail(`after entry ${auditor.lastSeq}: ${(error as Error).message}`);
  }
  const nowMs = Math.max(chainHead.timestamp * 1_000, auditor.lastTimeMs);
  auditor.end(nowMs, maxUnsettledMs(options));
  return [identity, reading, ...Object.values(auditor.checks)];
}

function maxUnsettledMs({ source, maxUnsettledSeconds }: AuditOptions): number {
  if (maxUnsettledSeconds !== undefined) return maxUnsettledSeconds * 1_000;
  return source.head.limits["maxUnsettledAgeMs"] ?? DEFAULT_MAX_UNSETTLED_MS;
}

async function readHead(client: ChainClient): Promise<{ number: number; timestamp: number }> {
  const block = await client.request({
    method: "eth_getBlockByNumber",
    params: ["latest", false],
  });
  if (!block?.number) throw new Error("the chain has no head");
  return { number: hexToNumber(block.number), timestamp: hexToNumber(block.timestamp) };
}

/** Why the journal is not one of that exchange on that chain, or null. */
async function identityDivergence(
  client: ChainClient,
  head: JournalHead,
  exchange: Address | undefined,
): Promise<string | null> {
  if (head.format !== JOURNAL_FORMAT) return `its format is ${head.format}, not ${JOURNAL_FORMAT}`;
  if (exchange !== undefined && exchange.toLowerCase() !== head.exchange.toLowerCase()) {
    return `${exchange} was asked for`;
  }
  const chainId = await client.getChainId();
  if (chainId !== head.chainId) return `the RPC serves chain ${chainId}`;
  const deployBlockHash = (await blockHashAt(client, head.deployBlock)) as Hex | null;
  if (deployBlockHash !== head.deployBlockHash) {
    return `block ${head.deployBlock}, in which it was deployed, is ${deployBlockHash}`;
  }
  return journalGenesisHash(head) === head.genesisHash ? null : "its genesis hash is not of these";
}

/** Batches that rest on entries past the journal's end: too early to judge, or long overdue. */
async function takeLateAnchors(
  auditor: Auditor,
  feed: SettledFeed,
  client: ChainClient,
  { head, isLive }: JournalSource,
  nowSeconds: number,
): Promise<void> {
  const { anchors } = auditor.checks;
  let late = 0;
  for (let anchor = await feed.peekAnchor(); anchor; anchor = await feed.peekAnchor()) {
    feed.takeAnchor();
    late++;
    if (!isLive) continue;
    const age = nowSeconds - (await settledAt(client, anchor));
    if (age <= head.lagSeconds + LAG_SLACK_SECONDS) continue;
    anchors.fail(
      `batch ${anchor.batchId}, settled ${age} s ago, rests on entry ${anchor.journalSeq}, but the ` +
        `published journal ends at ${auditor.lastSeq}`,
    );
  }
  if (late > 0) anchors.note += `; ${late} later batches rest on entries past the journal's end`;
}

async function settledAt(client: ChainClient, { blockNumber }: Anchor): Promise<number> {
  const block = await client.getBlock({ blockNumber: BigInt(blockNumber) });
  return Number(block.timestamp);
}
