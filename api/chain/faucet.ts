import type { Redis } from "ioredis";
import { type Abi, type Address, parseEther } from "viem";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { isDevelopmentChain } from "../../protocol/development-chain.ts";
import type { FaucetReply } from "../../protocol/wire/faucet.ts";
import type { ApiConfig } from "../config.ts";
import { consume, createLimiter } from "../middleware/rate-limit.ts";
import { ApiProblem } from "../problem.ts";
import type { ChainReader } from "./chain-reader.ts";
import { fromChain } from "./chain-reader.ts";
import { createServerWallet } from "./server-wallet.ts";

/** Gives development money away. */
export interface Faucet {
  /** @throws ApiProblem `amount_invalid`, `rate_limited`, `chain_unavailable`. */
  give(address: Address, amountMicro: string | undefined): Promise<FaucetReply>;
}

const USUAL_MICRO = 1_000_000_000n;
/** Gas for a few hundred transactions; topped up, not piled up. */
const ETHER_FLOOR_WEI = parseEther("0.1");
const ETHER_GIFT_WEI = parseEther("1");
const HOUR_SECONDS = 3600;

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
      await consume(limiter, address);
      const collateral = await wallet.call({
        address: deployment.collateral,
        abi: devCollateralAbi as Abi,
        functionName: "faucet",
        args: [address, amount],
      });
      const transactionHashes = [collateral.transactionHash];
      const hasEther = await fromChain(() => chain.client.getBalance({ address }));
      const gift = hasEther < ETHER_FLOOR_WEI ? ETHER_GIFT_WEI : 0n;
      if (gift > 0n) transactionHashes.push((await wallet.send(address, gift)).transactionHash);
      return {
        address,
        collateralMicro: amount.toString(),
        etherWei: gift.toString(),
        transactionHashes,
      };
    },
  };
}
