import assert from "node:assert/strict";
import {
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  erc20Abi,
  type Hex,
  parseEventLogs,
  type TransactionReceipt,
  zeroAddress,
  zeroHash,
} from "viem";
import { optimisticResolverAbi } from "../../../protocol/abi/optimistic-resolver.ts";
import { encodeOptimisticTerms, type OptimisticTerms } from "../../../protocol/optimistic-terms.ts";
import { type Actor, actor } from "./actor.ts";
import {
  EXIT_DELAY_SECONDS,
  type ExchangeFixture,
  MARKET_SECONDS,
  type MarketOptions,
  SETTLEMENT_GRACE_SECONDS,
} from "./exchange-fixture.ts";

export const BOND_MICRO = 250_000_000n;
/** What the winner of a dispute is owed: its bond and half of the loser's. The rest is the arbiter's. */
export const AWARD_MICRO = (BOND_MICRO * 3n) / 2n;
export const WINDOW_SECONDS = 7200;
export const VOID_DELAY_SECONDS = 7 * 86_400;

type Abi = typeof optimisticResolverAbi;
type Reads = ContractFunctionName<Abi, "pure" | "view">;
type Writes = ContractFunctionName<Abi, "nonpayable">;

export const PHASE = { none: 0, proposed: 1, disputed: 2, closed: 3 } as const;

/** An optimistic resolver of an exchange. Every transaction is followed by a check that it can pay all it owes. */
export class OptimisticFixture {
  readonly arbiter = actor("arbiter");
  readonly resolver: Address;
  readonly x: ExchangeFixture;

  private constructor(x: ExchangeFixture, resolver: Address) {
    this.x = x;
    this.resolver = resolver;
  }

  static async deploy(x: ExchangeFixture): Promise<OptimisticFixture> {
    const address = await x.chain.deploy("OptimisticResolver", x.admin.address, [x.exchange]);
    const fixture = new OptimisticFixture(x, address);
    for (const one of [x.alice, x.bob, x.carol, x.dave]) await fixture.equip(one);
    return fixture;
  }

  /** Collateral for many bonds, and the allowance. */
  async equip(one: Actor): Promise<void> {
    await this.x.faucet(one, 40n * BOND_MICRO);
    const args = [this.resolver, 40n * BOND_MICRO];
    const call = { address: this.x.collateral, abi: erc20Abi, functionName: "approve", args };
    await this.x.chain.write(one.address, call);
  }

  terms(overrides: Partial<OptimisticTerms> = {}): Hex {
    return encodeOptimisticTerms({
      arbiter: this.arbiter.address,
      bondMicro: BOND_MICRO,
      challengeWindowSeconds: WINDOW_SECONDS,
      rulesHash: zeroHash,
      ...overrides,
    });
  }

  /** A market by these terms; its id. */
  async market(
    overrides: Partial<OptimisticTerms> = {},
    options: MarketOptions = {},
  ): Promise<bigint> {
    const resolverData = this.terms(overrides);
    return BigInt(await this.x.createMarket({ ...options, resolver: this.resolver, resolverData }));
  }

  /** The first second at which an answer to the fixture's markets may be proposed. */
  get opensAt(): number {
    return this.x.startTime + MARKET_SECONDS + SETTLEMENT_GRACE_SECONDS + 1;
  }

  async now(): Promise<number> {
    return this.x.chain.now();
  }

  /** The next transaction is mined at this second. */
  at(timestamp: number): Promise<void> {
    return this.x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(timestamp) });
  }

  call<Name extends Writes>(
    functionName: Name,
    args: ContractFunctionArgs<Abi, "nonpayable", Name>,
  ) {
    return { address: this.resolver, abi: optimisticResolverAbi, functionName, args };
  }

  async write<Name extends Writes>(
    from: Actor,
    functionName: Name,
    args: ContractFunctionArgs<Abi, "nonpayable", Name>,
  ): Promise<TransactionReceipt> {
    const receipt = await this.x.chain.write(from.address, this.call(functionName, args) as never);
    await this.assertSolvent();
    return receipt;
  }

  /** The call without its transaction: rejects with the contract's error. */
  attempt<Name extends Writes>(
    from: Actor,
    functionName: Name,
    args: ContractFunctionArgs<Abi, "nonpayable", Name>,
  ): Promise<unknown> {
    const call = { ...this.call(functionName, args), account: from.address };
    return this.x.chain.reader.simulateContract(call as never);
  }

  read<Name extends Reads>(
    functionName: Name,
    args?: ContractFunctionArgs<Abi, "pure" | "view", Name>,
  ): Promise<ContractFunctionReturnType<Abi, "pure" | "view", Name>> {
    const call = { address: this.resolver, abi: optimisticResolverAbi, functionName, args };
    return this.x.chain.reader.readContract(call as never) as never;
  }

  /** Names and arguments of the resolver's events in a receipt, in order. */
  events({ logs }: TransactionReceipt): [name: string, args: unknown][] {
    const own = logs.filter((log) => log.address === this.resolver.toLowerCase());
    return parseEventLogs({ abi: optimisticResolverAbi, logs: own }).map((log) => [
      log.eventName,
      log.args,
    ]);
  }

  propose(from: Actor, marketId: bigint, payoutsYes: number[], evidence: Hex = zeroHash) {
    return this.write(from, "propose", [marketId, payoutsYes, evidence]);
  }

  /** As proposed at the first second that allows it. */
  async proposeInTime(from: Actor, marketId: bigint, payoutsYes: number[]): Promise<void> {
    await this.at(this.opensAt);
    await this.propose(from, marketId, payoutsYes);
  }

  credit(owner: Actor): Promise<bigint> {
    return this.read("creditOf", [owner.address]);
  }

  async phase(marketId: bigint): Promise<number> {
    return (await this.read("answerOf", [marketId])).phase;
  }

  /** Status and payout of a market at the exchange. */
  async outcome(marketId: bigint): Promise<[status: number, payoutYes: number]> {
    const { status, payoutYes } = await this.x.read("market", [marketId]);
    return [status, payoutYes];
  }

  /** Asserts: collateral held ≥ bonds of open answers + credits, which is what `owedMicro` says. */
  async assertSolvent(): Promise<void> {
    const { x } = this;
    const owners = [x.admin, x.alice, x.bob, x.carol, x.dave, this.arbiter];
    const addresses = [zeroAddress, ...owners.map(({ address }) => address)];
    const credits = await Promise.all(addresses.map((one) => this.read("creditOf", [one])));
    let owed = credits.reduce((sum, micro) => sum + micro, 0n);
    const count = await x.read("marketCount");
    for (let marketId = 1n; marketId <= count; marketId++) {
      const { bondMicro } = await this.read("termsOf", [marketId]);
      const phase = await this.phase(marketId);
      if (phase === PHASE.proposed) owed += bondMicro;
      if (phase === PHASE.disputed) owed += 2n * bondMicro;
    }
    assert.equal(await this.read("owedMicro"), owed, "bonds and credits");
    assert.ok((await x.walletOf(this.resolver)) >= owed, "collateral covers bonds and credits");
  }
}

/** The least window that the resolver takes. */
export const MIN_WINDOW_SECONDS = EXIT_DELAY_SECONDS;
/** The greatest: it leaves an arbiter three days before the void. */
export const MAX_WINDOW_SECONDS = 4 * 86_400;
