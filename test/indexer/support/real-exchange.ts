import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  numberToHex,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { exchangeDomain, ORDER_TYPES, orderMessage } from "../../../protocol/order-hash.ts";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { deployExchange } from "../../../scripts/deploy-exchange.ts";
import { DEV_ACCOUNTS, type DevAccount } from "../../../scripts/start/dev-accounts.ts";
import type { TestChain } from "../../offchain-engine/chain/test-chain.ts";

const RECEIPT_POLL_MS = 20;
export const EXIT_DELAY_SECONDS = 60;
export const GRACE_SECONDS = 20;

/** What one fill of a batch says: two orders' places, lots, YES ticks. */
export type FillTuple = readonly [taker: number, maker: number, lots: number, ticks: number];

/** The real contracts on a test's chain, with what a test does to them. */
export interface RealExchange {
  deployment: Deployment;
  client: PublicClient;
  /** Sends a transaction of `from` and returns its block. @throws Error when it reverts. */
  send(
    from: DevAccount,
    call: {
      address: Address;
      abi: Abi | readonly unknown[];
      functionName: string;
      args: readonly unknown[];
    },
  ): Promise<bigint>;
  exchange(from: DevAccount, functionName: string, ...args: readonly unknown[]): Promise<bigint>;
  read<Result>(functionName: string, ...args: readonly unknown[]): Promise<Result>;
  /** Takes collateral from the faucet, to the wallet, and lets the exchange have it. */
  fund(account: DevAccount, amountMicro: bigint): Promise<void>;
  sign(signer: DevAccount, order: Order): Promise<SignedOrder>;
  settle(orders: SignedOrder[], fills: readonly FillTuple[]): Promise<bigint>;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
}

export async function startRealExchange(chain: TestChain): Promise<RealExchange> {
  const deployment = await deployExchange({
    rpcUrl: chain.rpcUrl,
    deployerKey: DEV_ACCOUNTS.admin.privateKey,
    operator: DEV_ACCOUNTS.operator.address,
    exitDelaySeconds: EXIT_DELAY_SECONDS,
    settlementGraceSeconds: GRACE_SECONDS,
  });
  const transport = http(chain.rpcUrl);
  const client: PublicClient = createPublicClient({ transport, pollingInterval: RECEIPT_POLL_MS });
  const address = deployment.exchange;
  let batchId = 0n;

  const send: RealExchange["send"] = async (from, call) => {
    const account = privateKeyToAccount(from.privateKey);
    const wallet = createWalletClient({ account, transport });
    const hash = await wallet.writeContract({ ...call, chain: null } as never);
    const receipt = await client.waitForTransactionReceipt({ hash: hash as Hex });
    if (receipt.status !== "success") throw new Error(`${call.functionName} reverted`);
    return receipt.blockNumber;
  };
  const exchange: RealExchange["exchange"] = (from, functionName, ...args) =>
    send(from, { address, abi: exchangeAbi, functionName, args });

  return {
    deployment,
    client,
    send,
    exchange,
    read: (functionName, ...args) =>
      client.readContract({ address, abi: exchangeAbi, functionName, args } as never) as never,
    async fund(account, amountMicro) {
      const token = { address: deployment.collateral, abi: devCollateralAbi };
      await send(account, {
        ...token,
        functionName: "faucet",
        args: [account.address, amountMicro],
      });
      await send(account, { ...token, functionName: "approve", args: [address, amountMicro] });
    },
    async sign(signer, order) {
      const signature = await privateKeyToAccount(signer.privateKey).signTypedData({
        domain: exchangeDomain(deployment.chainId, address),
        types: ORDER_TYPES,
        primaryType: "Order",
        message: orderMessage(order),
      });
      return { order, signature };
    },
    settle(orders, fills) {
      batchId++;
      const batch = encodeBatch({
        batchId,
        journalSeq: batchId * 100n,
        journalHash: numberToHex(batchId, { size: 32 }),
        orders,
        fills: fills.map(([takerIndex, makerIndex, quantityLots, yesPriceTicks]) => ({
          ...{ takerIndex, makerIndex, quantityLots, yesPriceTicks },
        })),
      });
      return exchange(DEV_ACCOUNTS.operator, "settle", batch);
    },
    async pass(seconds) {
      await chain.rpc("evm_increaseTime", numberToHex(seconds));
      await chain.rpc("evm_mine");
    },
  };
}

/** Outcome tokens of an account, in lots. */
export function tokensOf(
  { client, deployment }: RealExchange,
  account: Address,
  marketId: number,
  outcome: number,
): Promise<bigint> {
  return client.readContract({
    address: deployment.outcomeTokens,
    abi: outcomeTokensAbi,
    functionName: "balanceOf",
    args: [account, (BigInt(marketId) << 1n) | BigInt(outcome)],
  });
}
