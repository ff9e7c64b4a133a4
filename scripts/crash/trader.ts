import { createPublicClient, createWalletClient, type Hex, http } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { type AgonClient, connect } from "../../sdk/index.ts";
import type { ExchangeUnderCrash } from "./exchange-under-crash.ts";

const WALLET_MICRO = 1_000_000_000_000n;
const ESCROW_MICRO = 5_000_000_000n;
const PAIRS_LOTS = 50_000n;
const GAS_MONEY = "0x56bc75e2d63100000";
const ATTEMPT_TIMEOUT_MS = 3_000;

/** One client with two tempers: its orders go out once, or again and again until there is a verdict. */
export interface Trader {
  account: PrivateKeyAccount;
  /** In lower case, as the exchange names it. */
  address: Hex;
  /** One attempt: what it does not hear is unknown to it. */
  once: AgonClient;
  /** Repeats as the SDK does. */
  patient: AgonClient;
}

/** A trader with cash and shares of every market in escrow, signed in. */
export async function createTrader(
  exchange: ExchangeUnderCrash,
  index: number,
  marketIds: readonly number[],
): Promise<Trader> {
  const account = privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, "c")}`);
  await fund(exchange, account, marketIds);
  const chain = { pollingIntervalMs: 20 };
  const shared = { signer: account, chain, timeoutMs: ATTEMPT_TIMEOUT_MS };
  const once = await connect(exchange.apiUrl, { ...shared, retry: { maxAttempts: 1 } });
  const patient = await connect(exchange.apiUrl, {
    ...shared,
    retry: { maxAttempts: 20, baseDelayMs: 50, maxDelayMs: 500, deadlineMs: 15_000 },
    streams: { baseDelayMs: 50, maxDelayMs: 500, silenceMs: 3_000 },
  });
  await Promise.all([once.signIn(), patient.signIn()]);
  return { account, address: account.address.toLowerCase() as Hex, once, patient };
}

async function fund(
  { rpcUrl, chain, deployment }: ExchangeUnderCrash,
  account: PrivateKeyAccount,
  marketIds: readonly number[],
): Promise<void> {
  const wallet = createWalletClient({ account, chain: hardhat, transport: http(rpcUrl) });
  const reader = createPublicClient({
    chain: hardhat,
    transport: http(rpcUrl),
    pollingInterval: 20,
  });
  const { collateral, exchange } = deployment;
  const mined = async (hash: Hex) => {
    const { status } = await reader.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error("a trader could not be funded");
  };
  await chain.rpc("hardhat_setBalance", account.address, GAS_MONEY);
  const token = { address: collateral, abi: devCollateralAbi } as const;
  const escrow = { address: exchange, abi: exchangeAbi } as const;
  const { address } = account;
  await mined(
    await wallet.writeContract({ ...token, functionName: "faucet", args: [address, WALLET_MICRO] }),
  );
  await mined(
    await wallet.writeContract({
      ...token,
      functionName: "approve",
      args: [exchange, WALLET_MICRO],
    }),
  );
  await mined(
    await wallet.writeContract({
      ...escrow,
      functionName: "deposit",
      args: [address, ESCROW_MICRO],
    }),
  );
  for (const marketId of marketIds) {
    const args = [BigInt(marketId), PAIRS_LOTS] as const;
    await mined(await wallet.writeContract({ ...escrow, functionName: "split", args }));
  }
}
