import type { Address, Hex } from "viem";
import { batchOfCalldata } from "../../offchain-engine/settlement/settle-calldata.ts";
import { MICRO_PER_LOT } from "../../protocol/units.ts";
import { SettlementModel } from "../contracts/reference/settlement-model.ts";
import { type Emission, emission } from "../offchain-engine/chain/emitter.ts";
import { Violation } from "./scheduler.ts";

/** The exchange refuses a call: its transaction fails, and changes nothing. */
export class Refused extends Error {
  readonly errorName: string;
  readonly args: readonly unknown[];

  constructor(errorName: string, args: readonly unknown[] = []) {
    super(errorName);
    this.errorName = errorName;
    this.args = args;
  }
}

/** One fill as the chain judged it. */
export interface JudgedFill {
  batchId: number;
  takerNonce: bigint;
  makerNonce: bigint;
  taker: Address;
  maker: Address;
  quantityLots: number;
  yesPriceTicks: number;
  /** 0 when it settled. */
  reason: number;
}

/** As if the taker had too little cash. */
const REFUSED_REASON = 18;

/** Where a batch says that the journal stood, and how many fills of the chain there are with it. */
export interface Anchor {
  journalSeq: number;
  journalHash: Hex;
  fills: number;
}

interface ExitRequest {
  amount: number;
  executableAt: number;
}

/** Times of the exchange, in seconds. */
export interface ExchangeTimes {
  exitDelay: number;
  grace: number;
}

/**
 * The exchange contract's accounting, one account of each kind: cash, shares, exits, markets, batches. Settlement is
 * the reference model to which the contract itself is held. Addresses are in lower case.
 */
export class ModelExchange {
  readonly settlement: SettlementModel;
  readonly times: ExchangeTimes;
  /** Whether it skips a fill that holds, which no contract may. */
  readonly refuses: () => boolean;
  lastBatchId = 0;
  collateralHeld = 0;
  unredeemedMicro = 0;
  judged: JudgedFill[] = [];
  anchors: Anchor[] = [];
  readonly payouts = new Map<number, number>();
  /** By account, or by account, market and outcome. */
  readonly exits = new Map<string, ExitRequest>();
  readonly releases = new Set<string>();
  readonly cancels = new Map<string, number>();

  constructor(
    times: ExchangeTimes,
    refuses: () => boolean,
    settlement = new SettlementModel(times.grace),
  ) {
    this.times = times;
    this.refuses = refuses;
    this.settlement = settlement;
  }

  copy(): ModelExchange {
    const twin = new ModelExchange(this.times, this.refuses, this.settlement.copy());
    twin.lastBatchId = this.lastBatchId;
    twin.collateralHeld = this.collateralHeld;
    twin.unredeemedMicro = this.unredeemedMicro;
    twin.judged = this.judged;
    twin.anchors = this.anchors;
    for (const [marketId, payout] of this.payouts) twin.payouts.set(marketId, payout);
    for (const [key, exit] of this.exits) twin.exits.set(key, { ...exit });
    for (const key of this.releases) twin.releases.add(key);
    for (const [key, at] of this.cancels) twin.cancels.set(key, at);
    return twin;
  }

  cashOf(account: Address): number {
    return this.settlement.cashMicro.get(account) ?? 0;
  }

  get totalCashMicro(): number {
    return [...this.settlement.cashMicro.values()].reduce((sum, micro) => sum + micro, 0);
  }

  get openInterestLots(): number {
    return [...this.settlement.markets.values()].reduce((sum, m) => sum + m.openInterestLots, 0);
  }

  createMarket(
    marketId: number,
    closeTime: number,
    takerFeeBps: number,
    priceStep: number,
  ): Emission[] {
    this.settlement.markets.set(marketId, {
      closeTime,
      status: 1,
      takerFeeBps,
      priceStep,
      openInterestLots: 0,
    });
    return [
      emission("MarketCreated", {
        marketId: BigInt(marketId),
        groupId: 0n,
        resolver: `0x${"ee".repeat(20)}`,
        slug: `market-${marketId}`,
        question: "Will it?",
        rules: "It will, or not.",
        category: "simulation",
        closeTime,
        resolveDeadline: closeTime + 1_000_000,
        takerFeeBps,
        priceStep,
      }),
    ];
  }

  resolve(marketId: number, payoutYes: number, now: number): Emission[] {
    const market = this.#market(marketId);
    if (market.status !== 1 || now <= market.closeTime + this.times.grace)
      throw new Refused("TooEarly", [0]);
    market.status = 3;
    this.payouts.set(marketId, payoutYes);
    this.unredeemedMicro += market.openInterestLots * MICRO_PER_LOT;
    market.openInterestLots = 0;
    return [
      emission("MarketProposed", { marketId: BigInt(marketId), payoutYes }),
      emission("MarketResolved", { marketId: BigInt(marketId), payoutYes, isVoid: false }),
    ];
  }

  redeem(account: Address, marketId: number): Emission[] {
    const payoutYes = this.payouts.get(marketId);
    const yes = this.settlement.held(account, marketId, 1);
    const no = this.settlement.held(account, marketId, 0);
    if (payoutYes === undefined || yes + no === 0) throw new Refused("NothingRequested");
    const payout = (yes * payoutYes + no * (1_000 - payoutYes)) * 10;
    this.#moveShares(account, marketId, 1, -yes);
    this.#moveShares(account, marketId, 0, -no);
    this.#moveCash(account, payout);
    this.unredeemedMicro -= payout;
    const lots = { yesLots: BigInt(yes), noLots: BigInt(no), payoutMicro: BigInt(payout) };
    return [emission("Redeemed", { account, marketId: BigInt(marketId), ...lots })];
  }

  deposit(account: Address, micro: number): Emission[] {
    this.#moveCash(account, micro);
    this.collateralHeld += micro;
    return [emission("Deposited", { account, payer: account, amountMicro: BigInt(micro) })];
  }

  split(account: Address, marketId: number, lots: number): Emission[] {
    const market = this.#market(marketId);
    if (market.status !== 1) throw new Refused("BatchMalformed");
    this.#moveShares(account, marketId, 1, lots);
    this.#moveShares(account, marketId, 0, lots);
    market.openInterestLots += lots;
    this.collateralHeld += lots * MICRO_PER_LOT;
    return [
      emission("SharesSplit", { account, marketId: BigInt(marketId), quantityLots: BigInt(lots) }),
    ];
  }

  requestWithdrawal(account: Address, micro: number, now: number): Emission[] {
    const executableAt = now + this.times.exitDelay;
    this.exits.set(account, { amount: micro, executableAt });
    return [emission("WithdrawalRequested", { account, amountMicro: BigInt(micro), executableAt })];
  }

  cancelWithdrawal(account: Address): Emission[] {
    if (!this.exits.delete(account)) throw new Refused("NothingRequested");
    return [emission("WithdrawalCancelled", { account })];
  }

  executeWithdrawal(account: Address, now: number): Emission[] {
    const micro = Math.min(this.#due(account, now), this.cashOf(account));
    if (micro === 0) throw new Refused("InsufficientCash", [0n]);
    this.exits.delete(account);
    return this.#payOut(account, micro, 0);
  }

  requestExport(
    account: Address,
    marketId: number,
    outcome: 0 | 1,
    lots: number,
    now: number,
  ): Emission[] {
    const executableAt = now + this.times.exitDelay;
    this.exits.set(`${account}:${marketId}:${outcome}`, { amount: lots, executableAt });
    const asked = { account, marketId: BigInt(marketId), outcome, quantityLots: BigInt(lots) };
    return [emission("ExportRequested", { ...asked, executableAt })];
  }

  executeExport(account: Address, marketId: number, outcome: 0 | 1, now: number): Emission[] {
    const key = `${account}:${marketId}:${outcome}`;
    const lots = Math.min(this.#due(key, now), this.settlement.held(account, marketId, outcome));
    if (lots === 0) throw new Refused("InsufficientCash", [0n]);
    this.exits.delete(key);
    // Exported shares are tokens that their owner holds outside: they stay open interest.
    this.#moveShares(account, marketId, outcome, -lots);
    const left = { account, marketId: BigInt(marketId), outcome, quantityLots: BigInt(lots) };
    return [emission("SharesExported", { ...left, releaseNonce: 0n })];
  }

  /** A release of cash, signed by the operator. */
  useRelease(
    account: Address,
    micro: number,
    nonce: number,
    deadline: number,
    now: number,
  ): Emission[] {
    const key = `${account}:${nonce}`;
    if (now > deadline) throw new Refused("TooEarly", [deadline]);
    if (this.releases.has(key)) throw new Refused("NothingRequested");
    if (this.cashOf(account) < micro)
      throw new Refused("InsufficientCash", [BigInt(this.cashOf(account))]);
    this.releases.add(key);
    return this.#payOut(account, micro, nonce);
  }

  raiseFloor(account: Address, floor: bigint, now: number): Emission[] {
    const effectiveAt = now + this.times.exitDelay;
    this.settlement.raiseFloor(account, floor, effectiveAt);
    return [emission("CancelFloorRaised", { account, floor, effectiveAt })];
  }

  requestCancel(account: Address, nonce: bigint, now: number): Emission[] {
    const effectiveAt = now + this.times.exitDelay;
    this.cancels.set(`${account}:${nonce}`, effectiveAt);
    return [emission("CancelRequested", { account, nonce, effectiveAt })];
  }

  finalizeCancel(account: Address, nonce: bigint, now: number): Emission[] {
    const effectiveAt = this.cancels.get(`${account}:${nonce}`);
    if (effectiveAt === undefined || now < effectiveAt) throw new Refused("TooEarly", [0]);
    this.settlement.cancel(account, nonce);
    return [];
  }

  addDelegate(account: Address, delegate: Address): Emission[] {
    this.settlement.setDelegate(account, delegate, Number.MAX_SAFE_INTEGER);
    return [emission("DelegateAdded", { account, delegate })];
  }

  removeDelegate(account: Address, delegate: Address, now: number): Emission[] {
    const effectiveAt = now + this.times.exitDelay;
    this.settlement.setDelegate(account, delegate, effectiveAt);
    return [emission("DelegateRemoved", { account, delegate, effectiveAt })];
  }

  settle(calldata: Hex, now: number): Emission[] {
    const batch = batchOfCalldata(calldata);
    const batchId = Number(batch.batchId);
    if (batchId !== this.lastBatchId + 1) {
      throw new Refused("BatchOutOfOrder", [BigInt(this.lastBatchId + 1), batch.batchId]);
    }
    const orders = batch.orders.map(({ order, signature }) => ({
      order: { ...order, maker: order.maker.toLowerCase() as Address },
      signer: signature.slice(0, 42) as Address,
    }));
    const reasons = batch.fills.flatMap((fill) =>
      this.refuses() ? [REFUSED_REASON] : this.settlement.settle(orders, [fill], now),
    );
    this.lastBatchId = batchId;
    this.judged = [...this.judged];
    const emissions: Emission[] = [];
    for (const [fillIndex, reason] of reasons.entries()) {
      const { takerIndex, makerIndex, ...fill } = batch.fills[fillIndex] as (typeof batch.fills)[0];
      const taker = orders[takerIndex]?.order as (typeof orders)[0]["order"];
      const maker = orders[makerIndex]?.order as (typeof orders)[0]["order"];
      const nonces = { takerNonce: taker.nonce, makerNonce: maker.nonce };
      this.judged.push({
        batchId,
        ...nonces,
        taker: taker.maker,
        maker: maker.maker,
        ...fill,
        reason,
      });
      if (reason !== 0)
        emissions.push(emission("FillSkipped", { batchId: batch.batchId, fillIndex, reason }));
    }
    const { journalSeq, journalHash } = batch;
    const anchor = { journalSeq: Number(journalSeq), journalHash, fills: this.judged.length };
    this.anchors = [...this.anchors, anchor];
    const skipped = emissions.length;
    emissions.push(
      emission("BatchSettled", {
        batchId: batch.batchId,
        journalHash: batch.journalHash,
        journalSeq: batch.journalSeq,
        settled: reasons.length - skipped,
        skipped,
      }),
    );
    return emissions;
  }

  /** What it holds is what it owes. @throws Violation. */
  checkConservation(): void {
    const owed =
      this.totalCashMicro +
      this.openInterestLots * MICRO_PER_LOT +
      this.unredeemedMicro +
      this.settlement.feesMicro;
    if (owed !== this.collateralHeld) {
      throw new Violation(`the exchange holds ${this.collateralHeld} micro, but owes ${owed}`);
    }
  }

  #payOut(account: Address, micro: number, releaseNonce: number): Emission[] {
    this.#moveCash(account, -micro);
    this.collateralHeld -= micro;
    const paid = { account, amountMicro: BigInt(micro), releaseNonce: BigInt(releaseNonce) };
    return [emission("Withdrawn", paid)];
  }

  #due(key: string, now: number): number {
    const exit = this.exits.get(key);
    if (exit === undefined || now < exit.executableAt) throw new Refused("TooEarly", [0]);
    return exit.amount;
  }

  #moveCash(account: Address, delta: number): void {
    this.settlement.cashMicro.set(account, this.cashOf(account) + delta);
  }

  #moveShares(account: Address, marketId: number, outcome: 0 | 1, delta: number): void {
    const held = this.settlement.held(account, marketId, outcome) + delta;
    this.settlement.lots.set(`${account}:${marketId}:${outcome}`, held);
  }

  #market(marketId: number) {
    const market = this.settlement.markets.get(marketId);
    if (!market) throw new Refused("BatchMalformed");
    return market;
  }
}
