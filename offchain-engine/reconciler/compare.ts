import type { Address } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { MICRO_PER_LOT } from "../../protocol/units.ts";
import type { ChainClient } from "../chain/client.ts";
import type { ExpectedChain } from "./expected-chain.ts";

/** More differences than these say nothing new. */
const MAX_DIFFERENCES = 20;
const ERC20_BALANCE_ABI = [
  {
    type: "function",
    name: "balanceOf",
    stateMutability: "view",
    inputs: [{ name: "account", type: "address" }],
    outputs: [{ name: "", type: "uint256" }],
  },
] as const;

/** A part of what is to be compared: totals always, accounts from `start` on, as many as `count`. */
export interface Sample {
  start: number;
  count: number;
}

/**
 * Compares what the engine expects with the contract, at one block, and says each difference in a
 * sentence with both figures. `settlesOnChain` false: batches were only simulated, so the contract knows
 * none of them.
 * @throws viem's errors when the chain does not answer.
 */
export async function compareWithChain(parameters: {
  client: ChainClient;
  deployment: Deployment;
  expected: ExpectedChain;
  blockNumber: number;
  sample: Sample;
  settlesOnChain: boolean;
}): Promise<string[]> {
  const { client, deployment, settlesOnChain } = parameters;
  const reader = new ExchangeReader(client, deployment, BigInt(parameters.blockNumber));
  const differences = await Promise.all([
    conservation(reader),
    totalCash(reader, parameters.expected),
    settlesOnChain ? lastBatch(reader, parameters.expected) : [],
    cash(reader, parameters.expected, parameters.sample),
    shares(reader, parameters.expected, parameters.sample),
  ]);
  const all = differences.flat();
  if (all.length <= MAX_DIFFERENCES) return all;
  return [...all.slice(0, MAX_DIFFERENCES), `${all.length - MAX_DIFFERENCES} differences more.`];
}

/** Collateral held covers cash, open and resolved shares, and fees. More than that is a gift to the contract. */
async function conservation(reader: ExchangeReader): Promise<string[]> {
  const [held, cashMicro, lots, unredeemedMicro, feesMicro] = await Promise.all([
    reader.collateralHeld(),
    reader.read("totalCashMicro"),
    reader.read("totalOpenInterestLots"),
    reader.read("unredeemedMicro"),
    reader.read("accruedFeesMicro"),
  ]);
  const owed = cashMicro + lots * BigInt(MICRO_PER_LOT) + unredeemedMicro + feesMicro;
  if (held >= owed) return [];
  return [`The contract holds ${held} micro of collateral, but owes ${owed}.`];
}

async function totalCash(reader: ExchangeReader, expected: ExpectedChain): Promise<string[]> {
  const cashMicro = await reader.read("totalCashMicro");
  const expectedMicro = expected.cash.reduce((sum, account) => sum + account.cashMicro, 0n);
  if (cashMicro === expectedMicro) return [];
  return [`All cash is ${cashMicro} micro on chain, ${expectedMicro} in the engine.`];
}

async function lastBatch(reader: ExchangeReader, expected: ExpectedChain): Promise<string[]> {
  const lastBatchId = await reader.read("lastBatchId");
  if (lastBatchId === BigInt(expected.lastBatchId)) return [];
  return [`The last batch is ${lastBatchId} on chain, ${expected.lastBatchId} in the engine.`];
}

async function cash(
  reader: ExchangeReader,
  expected: ExpectedChain,
  sample: Sample,
): Promise<string[]> {
  const accounts = window(expected.cash, sample);
  const onChain = await Promise.all(accounts.map(({ account }) => reader.cashOf(account)));
  return accounts.flatMap(({ account, cashMicro }, index) =>
    onChain[index] === cashMicro
      ? []
      : [`Cash of ${account} is ${onChain[index]} micro on chain, ${cashMicro} in the engine.`],
  );
}

async function shares(
  reader: ExchangeReader,
  expected: ExpectedChain,
  sample: Sample,
): Promise<string[]> {
  const holdings = window(expected.shares, sample);
  const onChain = await Promise.all(
    holdings.map(({ account, marketId }) => reader.sharesOf(account, marketId)),
  );
  return holdings.flatMap(({ account, marketId, yesLots, noLots }, index) => {
    const [yes, no] = onChain[index] ?? [];
    if (yes === yesLots && no === noLots) return [];
    return [
      `Shares of ${account} in market ${marketId} are ${yes} YES and ${no} NO lots on chain, ` +
        `${yesLots} and ${noLots} in the engine.`,
    ];
  });
}

/** `count` entries from `start` on, going round at the end. */
function window<T>(entries: readonly T[], { start, count }: Sample): T[] {
  if (entries.length <= count) return [...entries];
  return Array.from({ length: count }, (_, i) => entries[(start + i) % entries.length] as T);
}

type ExchangeFigure =
  | "totalCashMicro"
  | "totalOpenInterestLots"
  | "unredeemedMicro"
  | "accruedFeesMicro"
  | "lastBatchId";

class ExchangeReader {
  readonly #client: ChainClient;
  readonly #deployment: Deployment;
  readonly #blockNumber: bigint;

  constructor(client: ChainClient, deployment: Deployment, blockNumber: bigint) {
    this.#client = client;
    this.#deployment = deployment;
    this.#blockNumber = blockNumber;
  }

  get #at() {
    return {
      address: this.#deployment.exchange,
      abi: exchangeAbi,
      blockNumber: this.#blockNumber,
    } as const;
  }

  read(functionName: ExchangeFigure): Promise<bigint> {
    return this.#client.readContract({ ...this.#at, functionName });
  }

  cashOf(account: Address): Promise<bigint> {
    return this.#client.readContract({ ...this.#at, functionName: "cashOf", args: [account] });
  }

  sharesOf(account: Address, marketId: number): Promise<readonly [bigint, bigint]> {
    return this.#client.readContract({
      ...this.#at,
      functionName: "sharesOf",
      args: [account, BigInt(marketId)],
    });
  }

  collateralHeld(): Promise<bigint> {
    return this.#client.readContract({
      address: this.#deployment.collateral,
      abi: ERC20_BALANCE_ABI,
      functionName: "balanceOf",
      args: [this.#deployment.exchange],
      blockNumber: this.#blockNumber,
    });
  }
}
