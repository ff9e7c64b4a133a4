import { setTimeout as delay } from "node:timers/promises";
import { type Hex, hexToBigInt, hexToNumber, numberToHex, serializeTransaction } from "viem";
import type { TestChain } from "../../test/offchain-engine/chain/test-chain.ts";
import type { RandomSource } from "../../test/offchain-engine/core/random-source.ts";
import { DEV_ACCOUNTS } from "../start/dev-accounts.ts";
import type { ExchangeUnderCrash } from "./exchange-under-crash.ts";

const LONGEST_BRANCH_MS = 2_000;

/** A transaction as the node tells it. */
interface MinedTransaction {
  from: Hex;
  to: Hex | null;
  input: Hex;
  nonce: Hex;
  gas: Hex;
  value: Hex;
  chainId: Hex;
  /** Of one without a market for fees, the price alone. */
  gasPrice: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
  r: Hex;
  s: Hex;
  v: Hex;
  yParity?: Hex;
}

/**
 * The newest blocks go, and a longer branch takes their place. Users' transactions are in it again; of the operator's
 * some are, others are forgotten, and their batches have to be sent anew.
 */
export async function reorganiseChain(
  { chain, chainWay }: ExchangeUnderCrash,
  random: RandomSource,
): Promise<void> {
  const forkedAt = hexToNumber(await chain.rpc<Hex>("eth_blockNumber"));
  const fork = await chain.rpc("evm_snapshot");
  await delay(random.below(LONGEST_BRANCH_MS));
  chainWay.cut();
  // What arrives from here on waits, and is in neither branch.
  await chain.rpc("evm_setAutomine", false);
  const height = hexToNumber(await chain.rpc<Hex>("eth_blockNumber"));
  const mined: MinedTransaction[] = [];
  for (let number = forkedAt + 1; number <= height; number++) {
    mined.push(...(await transactionsOf(chain, numberToHex(number))));
  }
  const waiting = await transactionsOf(chain, "pending");
  await chain.rpc("evm_revert", fork);
  await chain.rpc("evm_setAutomine", true);
  let isForgotten = false;
  for (const transaction of [...mined, ...waiting]) {
    // From the first that is forgotten on: those after it have nonces that are not next.
    const isOperators = transaction.from.toLowerCase() === OPERATOR;
    if (isOperators) isForgotten ||= random.chance(40);
    if (isOperators && isForgotten) continue;
    await chain.rpc("eth_sendRawTransaction", serialized(transaction)).catch(() => {});
  }
  const now = hexToNumber(await chain.rpc<Hex>("eth_blockNumber"));
  await chain.rpc("hardhat_mine", numberToHex(Math.max(1, height + 1 - now)));
  chainWay.mend();
}

const OPERATOR = DEV_ACCOUNTS.operator.address.toLowerCase();

async function transactionsOf(chain: TestChain, tag: string): Promise<MinedTransaction[]> {
  const block = await chain.rpc<{ transactions: MinedTransaction[] }>(
    "eth_getBlockByNumber",
    tag,
    true,
  );
  return block.transactions;
}

function serialized(transaction: MinedTransaction): Hex {
  const { to, input, r, s, v, yParity, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const common = {
    chainId: hexToNumber(transaction.chainId),
    nonce: hexToNumber(transaction.nonce),
    to,
    data: input,
    gas: hexToBigInt(transaction.gas),
    value: hexToBigInt(transaction.value),
  };
  if (maxFeePerGas === undefined || maxPriorityFeePerGas === undefined) {
    const gasPrice = hexToBigInt(transaction.gasPrice);
    return serializeTransaction(
      { type: "legacy", ...common, gasPrice },
      { r, s, v: hexToBigInt(v) },
    );
  }
  return serializeTransaction(
    {
      type: "eip1559",
      ...common,
      maxFeePerGas: hexToBigInt(maxFeePerGas),
      maxPriorityFeePerGas: hexToBigInt(maxPriorityFeePerGas),
    },
    { r, s, yParity: hexToNumber(yParity ?? v) },
  );
}
