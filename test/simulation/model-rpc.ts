import {
  type Address,
  createPublicClient,
  custom,
  decodeFunctionData,
  encodeErrorResult,
  encodeFunctionResult,
  type Hex,
  keccak256,
  numberToHex,
  parseTransaction,
  toFunctionSelector,
} from "viem";
import type { ChainClient } from "../../offchain-engine/chain/client.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { Host, Wire, World } from "./host.ts";
import type { Block, MinedTransaction, ModelChain } from "./model-chain.ts";
import { Refused } from "./model-exchange.ts";

interface RpcCall {
  method: string;
  params?: unknown;
}

/** How a request names a block. */
type BlockTag = Hex | "latest" | { blockHash: Hex };

/** What a node says when it refuses. */
class RpcRefusal extends Error {
  readonly code: number;
  readonly data: Hex | undefined;

  constructor(message: string, code = -32_000, data?: Hex) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** By selector: viem would hash every signature of the ABI at each call. */
const FUNCTIONS = new Map<string, (typeof exchangeAbi)[number][]>(
  exchangeAbi
    .filter((item) => item.type === "function")
    .map((item) => [toFunctionSelector(item), [item]]),
);
const TIP = 10n ** 8n;

/** A node of the model chain, as the engine's client asks it. */
export class ModelRpc {
  readonly wire: Wire;
  readonly #world: World;
  readonly #chain: ModelChain;
  readonly #deployment: Deployment;
  readonly #operator: Address;
  /** Nodes behind one address may be so many blocks apart. */
  lagBlocks = 0;
  /** Gives up a request that was not answered. */
  readonly #unanswered = new Set<(error: Error) => void>();

  constructor(world: World, chain: ModelChain, deployment: Deployment, operator: Address) {
    this.#world = world;
    this.#chain = chain;
    this.#deployment = deployment;
    this.#operator = operator;
    this.wire = {
      name: "rpc",
      errorRate: 0,
      lostRate: 0,
      slowRate: 0,
      usualMs: 40,
      timeoutMs: 3_000,
      isAway: false,
      failure: (what) => new Error(what),
    };
  }

  clientOf(host: Host): ChainClient {
    const request = ({ method, params }: RpcCall) => {
      const { rpcError, rpcLost, rpcSlow } = this.#world.faults;
      const rates = { errorRate: rpcError, lostRate: rpcLost, slowRate: rpcSlow };
      const parameters = (params ?? []) as unknown[];
      return new Promise((resolve, reject) => {
        this.#unanswered.add(reject);
        host
          .call({ ...this.wire, ...rates }, method, () => this.#answer(method, parameters))
          .then(resolve, reject)
          .finally(() => this.#unanswered.delete(reject));
      });
    };
    return createPublicClient({
      cacheTime: 0,
      ccipRead: false,
      transport: custom({ request: request as never }, { retryCount: 0 }),
    });
  }

  /**
   * Refuses what dead engines had asked for: viem remembers requests for as long as they are not answered, and with
   * each the whole run that it belongs to.
   */
  close(): void {
    for (const giveUp of this.#unanswered) giveUp(this.wire.failure("the run is over"));
  }

  #answer(method: string, params: unknown[]): unknown {
    const tip = this.#tip();
    switch (method) {
      case "eth_chainId":
        return numberToHex(this.#deployment.chainId);
      case "eth_blockNumber":
        return numberToHex(tip);
      case "eth_maxPriorityFeePerGas":
        return numberToHex(TIP);
      case "eth_getBlockByNumber": {
        const block = this.#block(params[0] as Hex, tip);
        return block && header(block);
      }
      case "eth_getLogs":
        return this.#logs(params[0] as { fromBlock: Hex; toBlock: Hex; topics: [Hex[]] }, tip);
      case "eth_getTransactionCount":
        return numberToHex(this.#stateAt(params[1] as BlockTag, tip).operatorNonce);
      case "eth_getTransactionByHash":
        return this.#transaction(params[0] as Hex, tip);
      case "eth_getTransactionReceipt":
        return this.#receipt(params[0] as Hex, tip);
      case "eth_call":
        return this.#call(params[0] as { to: Address; data: Hex }, params[1] as BlockTag, tip);
      case "eth_sendRawTransaction":
        return this.#send(params[0] as Hex);
      default:
        throw new RpcRefusal(`the method ${method} does not exist`, -32_601);
    }
  }

  #tip(): number {
    const { random } = this.#world.scheduler;
    const lag = this.lagBlocks === 0 ? 0 : random.below(this.lagBlocks + 1);
    return Math.max(0, this.#chain.blocks.length - 1 - lag);
  }

  #block(tag: BlockTag, tip: number): Block | null {
    if (typeof tag === "object") {
      const isIt = ({ hash, number }: Block) => hash === tag.blockHash && number <= tip;
      return this.#chain.blocks.findLast(isIt) ?? null;
    }
    const number = tag === "latest" || tag === undefined ? tip : Number(tag);
    return number > tip ? null : (this.#chain.blocks[number] ?? null);
  }

  #stateAt(tag: BlockTag, tip: number): Block {
    const block = this.#block(tag, tip);
    if (!block) throw new RpcRefusal("header not found");
    return block;
  }

  #logs(
    { fromBlock, toBlock, topics }: { fromBlock: Hex; toBlock: Hex; topics: [Hex[]] },
    tip: number,
  ) {
    const wanted = new Set(topics[0]);
    const last = Math.min(Number(toBlock), tip);
    const blocks = this.#chain.blocks.slice(Number(fromBlock), last + 1);
    return blocks.flatMap((block) =>
      block.mined
        .flatMap((mined) => this.#logsOf(block, mined))
        .map((log, index) => ({ ...log, logIndex: numberToHex(index) }))
        .filter((log) => wanted.has(log.topics[0] as Hex)),
    );
  }

  #logsOf(block: Block, { transaction, logs }: MinedTransaction) {
    return logs.map(({ topics, data }) => ({
      address: this.#deployment.exchange,
      blockNumber: numberToHex(block.number),
      blockHash: block.hash,
      transactionHash: transaction.hash,
      topics,
      data,
    }));
  }

  #transaction(hash: Hex, tip: number) {
    const waits = this.#chain.waiting.find((transaction) => transaction.hash === hash);
    const found = this.#chain.find(hash, tip);
    const transaction = waits ?? found?.mined.transaction;
    if (!transaction?.operator) return null;
    const { maxFeePerGas, tip: priority } = transaction.operator;
    return {
      hash,
      blockNumber: found ? numberToHex(found.block.number) : null,
      maxFeePerGas: numberToHex(maxFeePerGas),
      maxPriorityFeePerGas: numberToHex(priority),
    };
  }

  #receipt(hash: Hex, tip: number) {
    const found = this.#chain.find(hash, tip);
    if (!found) return null;
    const { block, mined } = found;
    const logs = this.#logsOf(block, mined);
    return { transactionHash: hash, status: mined.status, gasUsed: "0x30d40", logs };
  }

  #call({ to, data }: { to: Address; data: Hex }, tag: BlockTag, tip: number): Hex {
    const { exchange, timestamp } = this.#stateAt(tag, tip);
    if (to.toLowerCase() === this.#deployment.collateral.toLowerCase()) {
      return numberToHex(exchange.collateralHeld, { size: 32 });
    }
    const abi = FUNCTIONS.get(data.slice(0, 10));
    if (!abi) throw new RpcRefusal("the model exchange has no such function");
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    const result = (value: unknown) =>
      encodeFunctionResult({ abi, functionName, result: value } as never);
    const account = String(args[0]).toLowerCase() as Address;
    switch (functionName) {
      case "operator":
        return result(this.#operator);
      case "lastBatchId":
        return result(BigInt(exchange.lastBatchId));
      case "totalCashMicro":
        return result(BigInt(exchange.totalCashMicro));
      case "totalOpenInterestLots":
        return result(BigInt(exchange.openInterestLots));
      case "unredeemedMicro":
        return result(BigInt(exchange.unredeemedMicro));
      case "accruedFeesMicro":
        return result(BigInt(exchange.settlement.feesMicro));
      case "cashOf":
        return result(BigInt(exchange.cashOf(account)));
      case "sharesOf": {
        const held = (outcome: number) =>
          BigInt(exchange.settlement.held(account, Number(args[1]), outcome));
        return result([held(1), held(0)]);
      }
      case "settle":
        return this.#trySettle(data, exchange, timestamp);
      default:
        throw new RpcRefusal(`the model exchange has no ${functionName}`);
    }
  }

  #trySettle(data: Hex, exchange: Block["exchange"], timestamp: number): Hex {
    try {
      exchange.copy().settle(data, timestamp + 1);
      return "0x";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { errorName, args } = error;
      const refusal = encodeErrorResult({ abi: exchangeAbi, errorName, args } as never);
      throw new RpcRefusal("execution reverted", 3, refusal);
    }
  }

  #send(raw: Hex): Hex {
    const hash = keccak256(raw);
    const {
      nonce = 0,
      data = "0x",
      ...fees
    } = parseTransaction(raw) as ReturnType<typeof parseTransaction<`0x02${string}`>>;
    const chain = this.#chain;
    const { maxFeePerGas = 0n, maxPriorityFeePerGas: tip = 0n } = fees;
    if (chain.waiting.some((waiting) => waiting.hash === hash))
      throw new RpcRefusal("already known");
    if (nonce < chain.head.operatorNonce) throw new RpcRefusal("nonce too low");
    const rival = chain.pendingWithNonce(nonce);
    if (rival?.operator) {
      const isBetter =
        maxFeePerGas * 10n >= rival.operator.maxFeePerGas * 11n &&
        tip * 10n >= rival.operator.tip * 11n;
      if (!isBetter) throw new RpcRefusal("replacement transaction underpriced");
      chain.waiting = chain.waiting.filter((waiting) => waiting !== rival);
    }
    this.#world.scheduler.say(`the pool takes ${hash.slice(0, 10)} with nonce ${nonce}`);
    chain.waiting.push({
      hash,
      name: `settle ${hash.slice(0, 10)}`,
      effect: (exchange, now) => exchange.settle(data, now),
      operator: { nonce, maxFeePerGas, tip, data },
    });
    return hash;
  }
}

function header({ number, hash, timestamp, baseFeePerGas }: Block) {
  return {
    number: numberToHex(number),
    hash,
    timestamp: numberToHex(timestamp),
    baseFeePerGas: numberToHex(baseFeePerGas),
    transactions: [],
  };
}
