import { createPublicClient, createWalletClient, type Hex, http, type PublicClient } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import { deployExchange } from "../../../scripts/deploy-exchange.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { startTestChain, type TestChain } from "../chain/test-chain.ts";

export const OPERATOR_KEY = DEV_ACCOUNTS.operator.privateKey;
export const ONE_COLLATERAL = 1_000_000n;

/** A chain with the exchange on it, one open market (id 1), and traders with cash and shares in escrow. */
export interface ExchangeWorld {
  chain: TestChain;
  client: PublicClient;
  deployment: Deployment;
  /** Each with 1,000 collateral of cash and 100 YES and NO shares of market 1. */
  traders: PrivateKeyAccount[];
  /** Sends a call of the exchange by an account of the chain, and waits until it is mined. */
  send(account: PrivateKeyAccount, functionName: string, args: readonly unknown[]): Promise<void>;
  stop(): Promise<void>;
}

const TRADERS = 4;

export const ADMIN = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);

export async function startExchangeWorld(): Promise<ExchangeWorld> {
  const chain = await startTestChain();
  const client = createPublicClient({
    chain: hardhat,
    transport: http(chain.rpcUrl),
    pollingInterval: 20,
  });
  const deployment = await deployExchange({
    rpcUrl: chain.rpcUrl,
    deployerKey: DEV_ACCOUNTS.admin.privateKey,
    operator: DEV_ACCOUNTS.operator.address,
    exitDelaySeconds: 3_600,
    settlementGraceSeconds: 1_200,
  });

  async function write(
    account: PrivateKeyAccount,
    to: Hex,
    abi: readonly unknown[],
    functionName: string,
    args: readonly unknown[],
  ) {
    const wallet = createWalletClient({ account, chain: hardhat, transport: http(chain.rpcUrl) });
    const hash = await wallet.writeContract({ address: to, abi, functionName, args } as never);
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${functionName} failed`);
  }
  const send: ExchangeWorld["send"] = (account, functionName, args) =>
    write(account, deployment.exchange, exchangeAbi, functionName, args);

  const now = Number((await client.getBlock()).timestamp);
  await send(ADMIN, "createMarket", [
    {
      slug: "test",
      question: "?",
      rules: "-",
      category: "test",
      closeTime: now + 86_400,
      resolveDeadline: now + 172_800,
      resolver: ADMIN.address,
      takerFeeBps: 50,
      priceStep: 1,
      resolverData: "0x",
    },
  ]);
  const traders = Array.from({ length: TRADERS }, (_, index) =>
    privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, "7")}`),
  );
  for (const trader of traders) {
    await chain.rpc("hardhat_setBalance", trader.address, "0x56bc75e2d63100000");
    const all = 1_200n * ONE_COLLATERAL;
    await write(trader, deployment.collateral, devCollateralAbi, "faucet", [trader.address, all]);
    await write(trader, deployment.collateral, devCollateralAbi, "approve", [
      deployment.exchange,
      all,
    ]);
    await send(trader, "deposit", [trader.address, 1_000n * ONE_COLLATERAL]);
    await send(trader, "split", [1n, 10_000n]);
  }
  return { chain, client, deployment, traders, send, stop: () => chain.stop() };
}
