import { after, afterEach, before, beforeEach } from "mocha";
import {
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type Hex,
  parseEventLogs,
  type TransactionReceipt,
  zeroHash,
} from "viem";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { exchangeDomain, hashOrder } from "../../../protocol/order-hash.ts";
import { type Batch, type BatchFill, encodeBatch } from "../../../protocol/settlement/batch.ts";
import { type Actor, actor } from "./actor.ts";
import { type Chain, openChain } from "./chain.ts";
import { assertConserved } from "./conservation.ts";

export const EXIT_DELAY_SECONDS = 3600;
export const SETTLEMENT_GRACE_SECONDS = 1200;
export const ADMIN_DELAY_SECONDS = 1000;
/** From the fixture's start to the close of its markets. */
export const MARKET_SECONDS = 86_400;

type Reads = ContractFunctionName<typeof exchangeAbi, "pure" | "view">;
type Writes = ContractFunctionName<typeof exchangeAbi, "nonpayable">;

export interface MarketOptions {
  closeTime?: number;
  resolveDeadline?: number;
  resolver?: Address;
  takerFeeBps?: number;
  priceStep?: number;
  resolverData?: Hex;
}

export interface Settled {
  receipt: TransactionReceipt;
  /** What `settle` returned: 0 or the reason, for each fill. */
  outcomes: number[];
  settled: number;
  /** The data words of `FillSettled`, in order. */
  fillWords: bigint[];
  /** Reason by index of the fill. */
  skipped: Map<number, number>;
}

/** A deployed exchange and what tests do with it. Every transaction is followed by a check of conservation. */
export class ExchangeFixture {
  readonly admin = actor("admin");
  readonly operator = actor("operator");
  readonly resolver = actor("resolver");
  readonly alice = actor("alice");
  readonly bob = actor("bob");
  readonly carol = actor("carol");
  readonly dave = actor("dave");
  readonly chain: Chain;
  readonly exchange: Address;
  readonly collateral: Address;
  readonly outcomeTokens: Address;
  /** Whoever may hold something: conservation sums over them. */
  readonly holders = new Set<Address>();
  /** Seconds at which the fixture's state was taken. */
  readonly startTime: number;
  #nonce = 1000n;

  private constructor(
    chain: Chain,
    addresses: { exchange: Address; collateral: Address; outcomeTokens: Address },
    startTime: number,
  ) {
    this.chain = chain;
    this.exchange = addresses.exchange;
    this.collateral = addresses.collateral;
    this.outcomeTokens = addresses.outcomeTokens;
    this.startTime = startTime;
  }

  /** @param collateralContract `DevCollateral`, or a test's heir of it. */
  static async deploy(collateralContract = "DevCollateral"): Promise<ExchangeFixture> {
    const chain = await openChain();
    const admin = actor("admin").address;
    const collateral = await chain.deploy(collateralContract, admin);
    const config = {
      collateral,
      admin,
      adminDelay: ADMIN_DELAY_SECONDS,
      operator: actor("operator").address,
      marketCreator: admin,
      guardian: admin,
      exitDelay: EXIT_DELAY_SECONDS,
      settlementGrace: SETTLEMENT_GRACE_SECONDS,
    };
    const exchange = await chain.deploy("Exchange", admin, [config]);
    const outcomeTokens = await chain.reader.readContract({
      address: exchange,
      abi: exchangeAbi,
      functionName: "outcomeTokens",
    });
    return new ExchangeFixture(chain, { exchange, collateral, outcomeTokens }, await chain.now());
  }

  // ---- calls ----

  read<Name extends Reads>(
    functionName: Name,
    args?: ContractFunctionArgs<typeof exchangeAbi, "pure" | "view", Name>,
  ): Promise<ContractFunctionReturnType<typeof exchangeAbi, "pure" | "view", Name>> {
    const call = { address: this.exchange, abi: exchangeAbi, functionName, args };
    return this.chain.reader.readContract(call as never) as never;
  }

  async write<Name extends Writes>(
    from: Actor | Address,
    functionName: Name,
    args: ContractFunctionArgs<typeof exchangeAbi, "nonpayable", Name>,
  ): Promise<TransactionReceipt> {
    const address = typeof from === "string" ? from : from.address;
    const call = { address: this.exchange, abi: exchangeAbi, functionName, args };
    const receipt = await this.chain.write(address, call as never);
    this.holders.add(address);
    await assertConserved(this);
    return receipt;
  }

  /** The call without its transaction: rejects with the contract's error. */
  attempt<Name extends Writes>(
    from: Actor | Address,
    functionName: Name,
    args: ContractFunctionArgs<typeof exchangeAbi, "nonpayable", Name>,
  ): Promise<unknown> {
    const account = typeof from === "string" ? from : from.address;
    const call = { address: this.exchange, abi: exchangeAbi, functionName, args, account };
    return this.chain.reader.simulateContract(call as never);
  }

  /** The arguments of every `eventName` of the exchange in a receipt. */
  events(receipt: TransactionReceipt, eventName: string): Record<string, unknown>[] {
    const logs = parseEventLogs({ abi: exchangeAbi, logs: receipt.logs });
    return logs
      .filter((log) => log.eventName === eventName)
      .map((log) => log.args as unknown as Record<string, unknown>);
  }

  // ---- collateral and tokens ----

  async faucet(to: Actor, micro: bigint): Promise<void> {
    const args = [to.address, micro];
    const call = { address: this.collateral, abi: devCollateralAbi, functionName: "faucet", args };
    await this.chain.write(to.address, call);
  }

  async approve(owner: Actor, micro: bigint): Promise<void> {
    const args = [this.exchange, micro];
    const call = { address: this.collateral, abi: devCollateralAbi, functionName: "approve", args };
    await this.chain.write(owner.address, call);
  }

  async transferCollateral(from: Actor, to: Address, micro: bigint): Promise<void> {
    const args = [to, micro];
    const call = {
      address: this.collateral,
      abi: devCollateralAbi,
      functionName: "transfer",
      args,
    };
    await this.chain.write(from.address, call);
  }

  walletOf(owner: Actor | Address): Promise<bigint> {
    const args = [typeof owner === "string" ? owner : owner.address] as const;
    const call = { address: this.collateral, abi: devCollateralAbi } as const;
    return this.chain.reader.readContract({ ...call, functionName: "balanceOf", args });
  }

  /** Lots of an outcome's ERC-1155 token. */
  tokensOf(owner: Actor | Address, marketId: number, outcome: number): Promise<bigint> {
    const address = typeof owner === "string" ? owner : owner.address;
    const args = [address, BigInt(marketId * 2 + outcome)] as const;
    const call = { address: this.outcomeTokens, abi: outcomeTokensAbi } as const;
    return this.chain.reader.readContract({ ...call, functionName: "balanceOf", args });
  }

  /** Gives an actor escrowed cash. */
  async fund(owner: Actor, micro: bigint): Promise<void> {
    await this.faucet(owner, micro);
    await this.approve(owner, micro);
    await this.write(owner, "deposit", [owner.address, micro]);
  }

  /** Gives an actor as many escrowed YES and NO lots of a market. */
  async fundShares(owner: Actor, marketId: number, lots: number): Promise<void> {
    const micro = BigInt(lots) * 10_000n;
    await this.faucet(owner, micro);
    await this.approve(owner, micro);
    await this.write(owner, "split", [BigInt(marketId), BigInt(lots)]);
  }

  // ---- markets ----

  marketParams(options: MarketOptions = {}) {
    const closeTime = options.closeTime ?? this.startTime + MARKET_SECONDS;
    return {
      slug: "eth-75-up",
      question: "Is ETH at or above 1.75 times its base at the close?",
      rules: "The first round of the feed at or after the close decides.",
      category: "crypto",
      closeTime,
      resolveDeadline: options.resolveDeadline ?? closeTime + MARKET_SECONDS,
      resolver: options.resolver ?? this.resolver.address,
      takerFeeBps: options.takerFeeBps ?? 0,
      priceStep: options.priceStep ?? 1,
      resolverData: options.resolverData ?? ("0x" as const),
    };
  }

  async createMarket(options: MarketOptions = {}): Promise<number> {
    await this.write(this.admin, "createMarket", [this.marketParams(options)]);
    return Number(await this.read("marketCount"));
  }

  /** Lets the market close and the grace pass, then resolves it. */
  async resolveMarket(marketId: number, payoutYes: number): Promise<void> {
    const { closeTime } = await this.read("market", [BigInt(marketId)]);
    await this.chain.travelTo(closeTime + SETTLEMENT_GRACE_SECONDS + 1);
    await this.write(this.resolver, "resolve", [BigInt(marketId), payoutYes]);
  }

  /** Whatever was asked for until now is due. */
  async travelPastExitDelay(): Promise<void> {
    await this.chain.travelTo((await this.chain.now()) + EXIT_DELAY_SECONDS);
  }

  // ---- orders and batches ----

  /** A signed order: 100 lots of BUY YES at 500 in market 1 unless told otherwise. */
  async order(
    maker: Actor,
    overrides: Partial<Order> = {},
    signer: Actor = maker,
  ): Promise<SignedOrder> {
    const order: Order = {
      maker: maker.address,
      marketId: 1,
      outcome: 1,
      side: 0,
      price: 500,
      quantity: 100,
      timeInForce: 0,
      maxFeeBps: 10_000,
      expiry: 0,
      nonce: this.#nonce++,
      ...overrides,
    };
    this.holders.add(order.maker);
    return { order, signature: await signer.sign({ hash: this.hash(order) }) };
  }

  hash(order: Order): Hex {
    return hashOrder(exchangeDomain(this.chain.reader.chain.id, this.exchange), order);
  }

  async batch(orders: SignedOrder[], fills: BatchFill[]): Promise<Batch> {
    const batchId = (await this.read("lastBatchId")) + 1n;
    return { batchId, journalSeq: 1n, journalHash: zeroHash, orders, fills };
  }

  /** Settles fills among `orders` in one batch. */
  async settle(orders: SignedOrder[], fills: BatchFill[]): Promise<Settled> {
    return this.settleBytes(encodeBatch(await this.batch(orders, fills)));
  }

  async settleBytes(batch: Hex): Promise<Settled> {
    const account = this.operator.address;
    const call = {
      address: this.exchange,
      abi: exchangeAbi,
      functionName: "settle",
      args: [batch],
    } as const;
    const { result } = await this.chain.reader.simulateContract({ ...call, account });
    const receipt = await this.write(this.operator, "settle", [batch]);
    const [done] = this.events(receipt, "BatchSettled");
    const skipped = this.events(receipt, "FillSkipped");
    return {
      receipt,
      outcomes: [...Buffer.from(result.slice(2), "hex")],
      settled: done?.["settled"] as number,
      fillWords: this.events(receipt, "FillSettled").map((event) => event["data"] as bigint),
      skipped: new Map(
        skipped.map((event) => [event["fillIndex"] as number, event["reason"] as number]),
      ),
    };
  }

  cash(owner: Actor): Promise<bigint> {
    return this.read("cashOf", [owner.address]);
  }

  /** YES and NO lots in escrow. */
  async shares(owner: Actor, marketId = 1): Promise<[yes: number, no: number]> {
    const [yes, no] = await this.read("sharesOf", [owner.address, BigInt(marketId)]);
    return [Number(yes), Number(no)];
  }
}

/**
 * A fresh exchange for each test of the suite that calls this: deployed (and prepared) once, put back
 * after each test.
 */
export function useExchange(
  prepare: (fixture: ExchangeFixture) => Promise<void> = async () => {},
  collateralContract = "DevCollateral",
): ExchangeFixture {
  let fixture: ExchangeFixture | undefined;
  let snapshot: Hex | undefined;
  before(async () => {
    fixture = await ExchangeFixture.deploy(collateralContract);
    await prepare(fixture);
  });
  beforeEach(async () => {
    snapshot = await fixture?.chain.snapshot();
  });
  afterEach(async () => {
    if (snapshot) await fixture?.chain.revert(snapshot);
  });
  after(async () => {
    await fixture?.chain.close();
  });
  return new Proxy({} as ExchangeFixture, {
    get(_, property) {
      if (!fixture) throw new Error("the exchange is there inside of tests only");
      const value = Reflect.get(fixture, property, fixture);
      return typeof value === "function" ? value.bind(fixture) : value;
    },
  });
}
