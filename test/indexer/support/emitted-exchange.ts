import {
  type Abi,
  type Address,
  createPublicClient,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  http,
  numberToHex,
} from "viem";
import { optimisticResolverAbi } from "../../../protocol/abi/optimistic-resolver.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import { priceFeedResolverAbi } from "../../../protocol/abi/price-feed-resolver.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import { type Emission, emission, emit } from "../../offchain-engine/chain/emitter.ts";
import type { TestChain } from "../../offchain-engine/chain/test-chain.ts";

export const EXCHANGE: Address = `0x${"e1".repeat(20)}`;
export const TOKENS: Address = `0x${"e2".repeat(20)}`;
export const RESOLVER: Address = `0x${"e4".repeat(20)}`;
export const OPTIMISTIC_RESOLVER: Address = `0x${"e5".repeat(20)}`;
const ROLES: Address = `0x${"e6".repeat(20)}`;

/** A deployment of nothing: its events come from `emit`, so that a test may make any it likes. */
export async function emittedDeployment(chain: TestChain): Promise<Deployment> {
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  const { hash } = await client.getBlock({ blockNumber: 0n });
  return {
    chainId: await client.getChainId(),
    exchange: EXCHANGE,
    outcomeTokens: TOKENS,
    collateral: `0x${"e3".repeat(20)}`,
    priceFeedResolver: RESOLVER,
    optimisticResolver: OPTIMISTIC_RESOLVER,
    roles: ROLES,
    priceFeeds: {},
    deployBlock: 0,
    deployBlockHash: hash,
    exitDelaySeconds: 60,
    settlementGraceSeconds: 5,
  };
}

/** A `FillSettled`, packed as the contract packs it. */
export interface EmittedFill {
  marketId: number;
  taker: Address;
  maker: Address;
  takerNonce?: bigint;
  makerNonce?: bigint;
  feeMicro?: bigint;
  quantityLots: number;
  yesPriceTicks: number;
  takerLeg: number;
  makerLeg: number;
}

export function fillSettled(fill: EmittedFill): Emission {
  const data =
    ((fill.takerNonce ?? 1n) << 192n) |
    ((fill.makerNonce ?? 2n) << 128n) |
    ((fill.feeMicro ?? 0n) << 64n) |
    (BigInt(fill.quantityLots) << 32n) |
    (BigInt(fill.yesPriceTicks) << 16n) |
    (BigInt(fill.takerLeg) << 8n) |
    BigInt(fill.makerLeg);
  const { taker, maker } = fill;
  return emission("FillSettled", { marketId: BigInt(fill.marketId), taker, maker, data });
}

export function batchSettled(batchId: number, settled: number, skipped = 0): Emission {
  return emission("BatchSettled", {
    batchId: BigInt(batchId),
    journalHash: numberToHex(batchId, { size: 32 }),
    journalSeq: BigInt(batchId * 10),
    settled,
    skipped,
  });
}

export function marketCreated(
  marketId: number,
  over: { closeTime?: number; groupId?: number } = {},
): Emission {
  return emission("MarketCreated", {
    marketId: BigInt(marketId),
    groupId: BigInt(over.groupId ?? 0),
    resolver: `0x${"d1".repeat(20)}`,
    slug: `market-${marketId}`,
    question: `Question ${marketId}?`,
    rules: "As the test says.",
    category: "test",
    closeTime: over.closeTime ?? 4_000_000_000,
    resolveDeadline: 4_000_001_000,
    takerFeeBps: 50,
    priceStep: 1,
  });
}

export function tokenEvent(
  eventName: "TransferSingle" | "TransferBatch" | "ApprovalForAll",
  args: Record<string, unknown>,
): Emission {
  return eventOf(outcomeTokensAbi, eventName, args);
}

export function resolverEvent(
  eventName: "ConditionSet" | "ResolvedByRound",
  args: Record<string, unknown>,
): Emission {
  return eventOf(priceFeedResolverAbi, eventName, args);
}

export function answerEvent(eventName: string, args: Record<string, unknown>): Emission {
  return eventOf(optimisticResolverAbi, eventName, args);
}

function eventOf(abi: Abi, eventName: string, args: Record<string, unknown>): Emission {
  const item = abi.find((entry) => entry.type === "event" && entry.name === eventName);
  if (item?.type !== "event") throw new Error(`no event ${eventName}`);
  const inputs: readonly { name?: string; type: string; indexed?: boolean }[] = item.inputs;
  const plain = inputs.filter((input) => input.indexed !== true);
  return {
    topics: encodeEventTopics({ abi: [item], args } as never) as Hex[],
    data: encodeAbiParameters(plain, plain.map((input) => args[input.name ?? ""]) as never),
  };
}

/** Emits in one block, of the given time if one is named; returns block number and transaction. */
export async function emitBlock(
  chain: TestChain,
  address: Address,
  events: Emission[],
  time?: number,
): Promise<{ blockNumber: number; transactionHash: Hex; blockTime: number }> {
  if (time !== undefined) await chain.rpc("evm_setNextBlockTimestamp", numberToHex(time));
  const transactionHash = await emit(chain, address, events);
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  const receipt = await client.getTransactionReceipt({ hash: transactionHash });
  if (receipt.logs.length !== events.length) throw new Error("the emitter ran out of gas");
  const block = await client.getBlock({ blockNumber: receipt.blockNumber });
  return {
    blockNumber: Number(receipt.blockNumber),
    transactionHash,
    blockTime: Number(block.timestamp),
  };
}
