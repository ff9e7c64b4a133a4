import type { Redis } from "ioredis";
import {
  type Abi,
  type Address,
  BaseError,
  ExecutionRevertedError,
  type Hex,
  InsufficientFundsError,
  parseEther,
  RpcRequestError,
  zeroAddress,
} from "viem";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { isDevelopmentChain } from "../../protocol/development-chain.ts";
import type { FaucetReply } from "../../protocol/wire/faucet.ts";
import type { ApiConfig } from "../config.ts";
import { consume, createLimiter } from "../limits/limiter.ts";
import { ApiProblem } from "../problem.ts";
import type { ChainReader } from "./chain-reader.ts";
import { fromChain } from "./chain-reader.ts";
import { createServerWallet } from "./server-wallet.ts";

/** Gives development money away. */
export interface Faucet {
  /** @throws ApiProblem `amount_invalid`, `validation_failed`, `rate_limited`, `chain_unavailable`. */
  give(address: Address, amountMicro: string | undefined): Promise<FaucetReply>;
}

const USUAL_MICRO = 1_000_000_000n;
/** Gas for a few hundred transactions; topped up, not piled up. */
const ETHER_FLOOR_WEI = parseEther("0.1");
const ETHER_GIFT_WEI = parseEther("1");
const HOUR_SECONDS = 3600;

function refused(message: string, cause?: unknown): ApiProblem {
  return new ApiProblem("validation_failed", {
    errors: [{ in: "body", pointer: "/address", message }],
    cause,
  });
}

/** Where money would be lost. */
function contractsOf(deployment: Deployment): Address[] {
  const { exchange, outcomeTokens, collateral, roles } = deployment;
  const { priceFeedResolver, optimisticResolver, priceFeeds } = deployment;
  const parts = [exchange, outcomeTokens, collateral, roles, priceFeedResolver, optimisticResolver];
  return [...parts, ...Object.values(priceFeeds)];
}

/** The node ran the call, and it failed: not that the node is away or the faucet is empty. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const isOurs = error.walk((cause) => cause instanceof InsufficientFundsError) !== null;
  const isAnswer = error.walk(
    (cause) => cause instanceof ExecutionRevertedError || cause instanceof RpcRequestError,
  );
  return isAnswer !== null && !isOurs;
}

/** Code may refuse ether: tried as a call first. @throws ApiProblem `validation_failed`. */
async function mustTakeEther(chain: ChainReader, from: Address, to: Address): Promise<void> {
  const code = await fromChain(() => chain.client.getCode({ address: to }));
  if (code === undefined) return;
  try {
    await chain.client.call({ account: from, to, value: ETHER_GIFT_WEI });
  } catch (error) {
    if (isRefusal(error)) throw refused("is a contract that refuses ether", error);
    throw new ApiProblem("chain_unavailable", { cause: error });
  }
}

/** The faucet, or null where there is none: not a development chain, no RPC, or no key. */
export function createFaucet(deps: {
  config: ApiConfig;
  chain: ChainReader | null;
  deployment: Deployment;
  redis: Redis | null;
}): Faucet | null {
  const { config, chain, deployment, redis } = deps;
  const { FAUCET_PRIVATE_KEY: privateKey, RPC_URL: rpcUrl } = config;
  const isDevelopment = isDevelopmentChain(deployment.chainId);
  if (!chain || !privateKey || !rpcUrl || !isDevelopment) return null;
  const wallet = createServerWallet({ privateKey, rpcUrl, client: chain.client });
  const maxMicro = BigInt(config.FAUCET_MAX_MICRO);
  const taboo = new Set([zeroAddress, ...contractsOf(deployment)].map((one) => one.toLowerCase()));
  const limiter = createLimiter({
    redis,
    name: "faucet",
    points: config.FAUCET_PER_HOUR,
    windowSeconds: HOUR_SECONDS,
  });
  return {
    async give(address, wanted) {
      const usual = USUAL_MICRO < maxMicro ? USUAL_MICRO : maxMicro;
      const amount = wanted === undefined ? usual : BigInt(wanted);
      if (amount === 0n || amount > maxMicro) {
        throw new ApiProblem("amount_invalid", { details: { maxMicro: maxMicro.toString() } });
      }
      if (taboo.has(address.toLowerCase())) throw refused("is not one that money should go to");
      await consume(limiter, address);
      const hasEther = await fromChain(() => chain.client.getBalance({ address }));
      const gift = hasEther < ETHER_FLOOR_WEI ? ETHER_GIFT_WEI : 0n;
      const transactionHashes: Hex[] = [];
      // Ether first: who cannot take it gets no collateral either.
      if (gift > 0n) {
        await mustTakeEther(chain, wallet.address, address);
        const sent = await wallet.send(address, gift);
        if (sent.status !== "success") throw refused("refuses ether");
        transactionHashes.push(sent.transactionHash);
      }
      const collateral = await wallet.call({
        address: deployment.collateral,
        abi: devCollateralAbi as Abi,
        functionName: "faucet",
        args: [address, amount],
      });
      transactionHashes.push(collateral.transactionHash);
      return {
        address,
        collateralMicro: amount.toString(),
        etherWei: gift.toString(),
        transactionHashes,
      };
    },
  };
}
