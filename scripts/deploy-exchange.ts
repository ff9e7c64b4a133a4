import {
  type Account,
  type Address,
  type Chain,
  createPublicClient,
  createWalletClient,
  defineChain,
  getAddress,
  type Hex,
  http,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { exchangeAbi } from "../protocol/abi/exchange.ts";
import type { Deployment } from "../protocol/deployment.ts";
import { contractArtifact } from "./contract-artifacts.ts";

const RECEIPT_TIMEOUT_MS = 30_000;
/** A development chain's answers come in milliseconds; polling slower would only wait. */
const POLLING_INTERVAL_MS = 50;
/** One day: the longest heartbeat of Chainlink's feeds. */
const DEFAULT_MAX_ROUND_DELAY_SECONDS = 86_400;
/** Two days: long enough to see a handover of the admin and to leave before it. */
const DEFAULT_ADMIN_DELAY_SECONDS = 172_800;

/** First answers of the dev price feeds, 8 decimals. */
const DEV_FEEDS: Readonly<Record<string, { description: string; answer: bigint }>> = {
  ETH: { description: "ETH / USD", answer: 3_000_00000000n },
  BTC: { description: "BTC / USD", answer: 90_000_00000000n },
};

export interface DeployExchangeParameters {
  rpcUrl: string;
  /** Pays, and becomes admin, market creator and guardian unless others are named. */
  deployerKey: Hex;
  operator: Address;
  /** Seconds that a cancel, withdrawal, export or delegate removal waits; at most four days. */
  exitDelaySeconds: number;
  /**
   * Seconds after a market's close or an order's expiry during which fills may still settle; at least a
   * third of the exit delay.
   */
  settlementGraceSeconds: number;
  /** An existing ERC-20 of 6 decimals with EIP-2612; a dev token is deployed when absent. */
  collateral?: Address;
  /** Existing Chainlink feeds by symbol; dev feeds for ETH and BTC are deployed when absent. */
  priceFeeds?: Record<string, Address>;
  admin?: Address;
  marketCreator?: Address;
  guardian?: Address;
  /** Seconds that a handover of the admin waits; two days when absent. */
  adminDelaySeconds?: number;
  /** A round later than this after a market's close does not resolve it. */
  maxRoundDelaySeconds?: number;
}

/**
 * Compiles what is stale and deploys an exchange with its outcome tokens, roles and resolvers.
 * @throws viem's errors when the chain does not answer or refuses.
 */
export async function deployExchange(parameters: DeployExchangeParameters): Promise<Deployment> {
  const deployer = await Deployer.connect(parameters.rpcUrl, parameters.deployerKey);
  const self = deployer.address;
  const collateral = parameters.collateral ?? (await deployer.deploy("DevCollateral")).address;
  const exchange = await deployer.deploy("Exchange", [
    {
      collateral,
      admin: parameters.admin ?? self,
      adminDelay: parameters.adminDelaySeconds ?? DEFAULT_ADMIN_DELAY_SECONDS,
      operator: parameters.operator,
      marketCreator: parameters.marketCreator ?? self,
      guardian: parameters.guardian ?? self,
      exitDelay: parameters.exitDelaySeconds,
      settlementGrace: parameters.settlementGraceSeconds,
    },
  ]);
  const priceFeedResolver = await deployer.deploy("PriceFeedResolver", [
    exchange.address,
    BigInt(parameters.maxRoundDelaySeconds ?? DEFAULT_MAX_ROUND_DELAY_SECONDS),
  ]);
  const optimisticResolver = await deployer.deploy("OptimisticResolver", [exchange.address]);
  return {
    chainId: deployer.chainId,
    exchange: exchange.address,
    outcomeTokens: await deployer.partOf(exchange.address, "outcomeTokens"),
    collateral,
    priceFeedResolver: priceFeedResolver.address,
    optimisticResolver: optimisticResolver.address,
    roles: await deployer.partOf(exchange.address, "roles"),
    priceFeeds: parameters.priceFeeds ?? (await deployDevFeeds(deployer)),
    deployBlock: exchange.blockNumber,
    deployBlockHash: exchange.blockHash,
    exitDelaySeconds: parameters.exitDelaySeconds,
    settlementGraceSeconds: parameters.settlementGraceSeconds,
  };
}

async function deployDevFeeds(deployer: Deployer): Promise<Record<string, Address>> {
  const feeds: Record<string, Address> = {};
  for (const [symbol, { description, answer }] of Object.entries(DEV_FEEDS)) {
    feeds[symbol] = (await deployer.deploy("DevPriceFeed", [description, answer])).address;
  }
  return feeds;
}

interface Deployed {
  address: Address;
  blockNumber: number;
  blockHash: Hex;
}

/** Sends the deployments of one account, one after the other. */
class Deployer {
  readonly #reader: PublicClient<Transport, Chain>;
  readonly #wallet: WalletClient<Transport, Chain, Account>;

  private constructor(chain: Chain, transport: Transport, account: Account) {
    const shared = { chain, transport, pollingInterval: POLLING_INTERVAL_MS };
    this.#reader = createPublicClient(shared);
    this.#wallet = createWalletClient({ ...shared, account });
  }

  static async connect(rpcUrl: string, key: Hex): Promise<Deployer> {
    const transport = http(rpcUrl);
    const id = await createPublicClient({ transport }).getChainId();
    const chain = defineChain({
      id,
      name: `chain ${id}`,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    });
    return new Deployer(chain, transport, privateKeyToAccount(key));
  }

  get address(): Address {
    return this.#wallet.account.address;
  }

  get chainId(): number {
    return this.#wallet.chain.id;
  }

  async deploy(name: string, args: readonly unknown[] = []): Promise<Deployed> {
    const { abi, bytecode } = await contractArtifact(name);
    const hash = await this.#wallet.deployContract({ abi, bytecode, args });
    const receipt = await this.#reader.waitForTransactionReceipt({
      hash,
      timeout: RECEIPT_TIMEOUT_MS,
    });
    if (receipt.status !== "success" || !receipt.contractAddress) {
      throw new Error(`The deployment of ${name} reverted.`);
    }
    return {
      address: getAddress(receipt.contractAddress),
      blockNumber: Number(receipt.blockNumber),
      blockHash: receipt.blockHash,
    };
  }

  /** A contract that the exchange made. */
  partOf(exchange: Address, functionName: "outcomeTokens" | "roles"): Promise<Address> {
    return this.#reader.readContract({ address: exchange, abi: exchangeAbi, functionName });
  }
}
