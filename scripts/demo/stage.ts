import {
  type Address,
  createPublicClient,
  erc20Abi,
  http,
  type PublicClient,
  parseAbi,
} from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { type DetailedHealth, detailedHealthSchema } from "../../protocol/wire/health.ts";
import type { Market } from "../../protocol/wire/market.ts";
import type { AgonClient } from "../../sdk/index.ts";
import { type Checks, createChecks } from "./checks.ts";
import type { ExpectedLedger } from "./expected-ledger.ts";
import { createIndexReader, type IndexReader } from "./index-reader.ts";
import type { Player } from "./player.ts";
import { pollUntil } from "./poll-until.ts";
import type { Transcript } from "./transcript.ts";

/** Where the story plays. */
export interface Scene {
  apiUrl: string;
  rpcUrl: string;
  /** For SQL; the read-only role is enough. */
  readerUrl: string;
  deployment: Pick<
    Deployment,
    "chainId" | "exchange" | "collateral" | "outcomeTokens" | "priceFeeds"
  >;
}

/** What every chapter works with. */
export interface Stage extends Scene {
  transcript: Transcript;
  checks: Checks;
  chain: PublicClient;
  index: IndexReader;
}

/** The cast, once all have arrived. */
export interface Cast {
  alice: Player;
  bob: Player;
  admin: AgonClient;
  market: Market;
  ledger: ExpectedLedger;
}

const SEEN_TIMEOUT_MS = 60_000;
/** Far more blocks than a chapter takes. */
const LOOK_BACK_BLOCKS = 1_000n;

const erc1155Abi = parseAbi([
  "function balanceOf(address account, uint256 id) view returns (uint256)",
]);

export function setStage(scene: Scene, transcript: Transcript): Stage {
  return {
    ...scene,
    transcript,
    checks: createChecks(transcript),
    // Without a cache: a block number of a second ago would hide the last transaction.
    chain: createPublicClient({ transport: http(scene.rpcUrl), cacheTime: 0 }),
    index: createIndexReader(scene.readerUrl),
  };
}

/** What the server says of itself and of all that it depends on. */
export async function readHealth(apiUrl: string): Promise<DetailedHealth> {
  const response = await fetch(new URL("/health/detailed", apiUrl));
  return detailedHealthSchema.parse(await response.json());
}

/** Waits until engine and index have taken in everything up to `blockNumber`. */
export async function seenByAll(stage: Stage, blockNumber: bigint): Promise<void> {
  const eventful = await lastEventfulBlock(stage, blockNumber);
  await pollUntil(`engine and index at block ${blockNumber}`, SEEN_TIMEOUT_MS, async () => {
    const { engine, index } = await readHealth(stage.apiUrl);
    if (BigInt(index.block_number ?? 0) < blockNumber) return false;
    return BigInt(engine.last_block ?? 0) >= eventful;
  });
}

/** The last block, up to this one, in which the exchange emitted something: the engine takes no others. */
async function lastEventfulBlock(stage: Stage, blockNumber: bigint): Promise<bigint> {
  const logs = await stage.chain.getLogs({
    address: stage.deployment.exchange,
    fromBlock: blockNumber > LOOK_BACK_BLOCKS ? blockNumber - LOOK_BACK_BLOCKS : 0n,
    toBlock: blockNumber,
  });
  return logs.at(-1)?.blockNumber ?? 0n;
}

/** What the contracts themselves hold for an account. */
export async function chainHoldings(stage: Stage, account: Address, marketId: number) {
  const { exchange, collateral, outcomeTokens } = stage.deployment;
  const contract = { address: exchange, abi: exchangeAbi };
  const [cashMicro, [yesLots, noLots], walletMicro, yesTokens] = await Promise.all([
    stage.chain.readContract({ ...contract, functionName: "cashOf", args: [account] }),
    stage.chain.readContract({
      ...contract,
      functionName: "sharesOf",
      args: [account, BigInt(marketId)],
    }),
    stage.chain.readContract({
      address: collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [account],
    }),
    stage.chain.readContract({
      address: outcomeTokens,
      abi: erc1155Abi,
      functionName: "balanceOf",
      args: [account, yesTokenId(marketId)],
    }),
  ]);
  return { cashMicro, yesLots, noLots, walletMicro, yesTokens };
}

/** The ERC-1155 id of a market's YES. */
export function yesTokenId(marketId: number): bigint {
  return (BigInt(marketId) << 1n) | 1n;
}
