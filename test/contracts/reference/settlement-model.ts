import type { Address } from "viem";
import { isPostOnly, type Order } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { SKIP_REASON_MAKER, SkipReason } from "../../../protocol/settlement/skip-reason.ts";

export interface ModelMarket {
  closeTime: number;
  status: number;
  takerFeeBps: number;
  priceStep: number;
  openInterestLots: number;
}

/** An order of a batch, and who really signed it. */
export interface ModelOrder {
  order: Order;
  signer: Address;
}

/**
 * Settlement as one would explain it: one fill after the other, on plain maps. What
 * `contracts/exchange/Settlement.sol` packs, sorts and nets must come to the same.
 */
export class SettlementModel {
  readonly cashMicro = new Map<Address, number>();
  /** By account, market and outcome. */
  readonly lots = new Map<string, number>();
  /** By maker and nonce. */
  readonly filledLots = new Map<string, number>();
  readonly markets = new Map<number, ModelMarket>();
  /** Each raise of an account's cancel floor. */
  readonly #floors: { account: Address; floor: bigint; from: number }[] = [];
  /** By `account:delegate`: until when, in seconds. */
  readonly #delegates = new Map<string, number>();
  feesMicro = 0;
  readonly #graceSeconds: number;

  constructor(graceSeconds: number) {
    this.#graceSeconds = graceSeconds;
  }

  /** The same, to go on from independently. */
  copy(): SettlementModel {
    const twin = new SettlementModel(this.#graceSeconds);
    for (const [account, micro] of this.cashMicro) twin.cashMicro.set(account, micro);
    for (const [holding, lots] of this.lots) twin.lots.set(holding, lots);
    for (const [order, lots] of this.filledLots) twin.filledLots.set(order, lots);
    for (const [marketId, market] of this.markets) twin.markets.set(marketId, { ...market });
    for (const [pair, until] of this.#delegates) twin.#delegates.set(pair, until);
    twin.#floors.push(...this.#floors);
    twin.feesMicro = this.feesMicro;
    return twin;
  }

  /** Orders of `account` with a lower nonce are void from that second on. */
  raiseFloor(account: Address, floor: bigint, from: number): void {
    this.#floors.push({ account, floor, from });
  }

  /** `delegate` signs for `account` until that second. */
  setDelegate(account: Address, delegate: Address, until: number): void {
    this.#delegates.set(`${account}:${delegate}`, until);
  }

  /** The order of a nonce is void, for good. */
  cancel(account: Address, nonce: bigint): void {
    this.filledLots.set(`${account}:${nonce}`, 0xffff_ffff);
  }

  /** Settles a batch at `time`; 0 or the reason of each fill. */
  settle(orders: readonly ModelOrder[], fills: readonly BatchFill[], time: number): number[] {
    return fills.map((fill) => {
      const taker = orders[fill.takerIndex] as ModelOrder;
      const maker = orders[fill.makerIndex] as ModelOrder;
      return this.#fill(taker, maker, fill.quantityLots, fill.yesPriceTicks, time);
    });
  }

  #fill(t: ModelOrder, m: ModelOrder, quantity: number, yesPrice: number, time: number): number {
    const taker = t.order;
    const maker = m.order;
    const atFault = (reason: number) => reason | SKIP_REASON_MAKER;

    const takerReason = this.#judge(t, time);
    if (takerReason !== 0) return takerReason;
    const makerReason = this.#judge(m, time);
    if (makerReason !== 0) return atFault(makerReason);
    if (taker.maker === maker.maker) return SkipReason.self_trade;
    if (taker.marketId !== maker.marketId) return SkipReason.markets_differ;
    if (bids(taker) === bids(maker)) return SkipReason.sides_equal;
    if (quantity === 0) return SkipReason.fill_quantity_zero;
    const market = this.#market(taker.marketId);
    if (yesPrice % market.priceStep !== 0) return SkipReason.fill_price_invalid;
    if (!takes(taker, yesPrice)) return SkipReason.limit_exceeded;
    if (!takes(maker, yesPrice)) return atFault(SkipReason.limit_exceeded);
    if (isPostOnly(taker.timeInForce)) return SkipReason.post_only;
    if (market.takerFeeBps > taker.maxFeeBps) return SkipReason.fee_above_cap;
    const feeBase = quantity * Math.min(yesPrice, 1000 - yesPrice) * 10;
    const feeMicro = Number((BigInt(feeBase) * BigInt(market.takerFeeBps)) / 10_000n);
    const takerShort = this.#short(taker, quantity, yesPrice, feeMicro);
    if (takerShort !== 0) return takerShort;
    const makerShort = this.#short(maker, quantity, yesPrice, 0);
    if (makerShort !== 0) return atFault(makerShort);

    this.#move(taker, quantity, yesPrice, feeMicro);
    this.#move(maker, quantity, yesPrice, 0);
    this.feesMicro += feeMicro;
    if (taker.outcome !== maker.outcome) {
      market.openInterestLots += taker.side === 0 ? quantity : -quantity;
    }
    return 0;
  }

  /** Why an order holds for no fill, or 0. */
  #judge({ order, signer }: ModelOrder, time: number): number {
    const market = this.markets.get(order.marketId);
    if (market?.status !== 1) return SkipReason.market_not_open;
    if (time > market.closeTime + this.#graceSeconds) return SkipReason.market_closed;
    if (order.timeInForce > 5) return SkipReason.time_in_force_invalid;
    if (order.price < 1 || order.price > 999 || order.price % market.priceStep !== 0) {
      return SkipReason.price_invalid;
    }
    if (order.quantity < 1 || order.quantity > 0xffff_fffe) return SkipReason.quantity_invalid;
    if (order.expiry !== 0 && time > order.expiry + this.#graceSeconds) {
      return SkipReason.expired;
    }
    const isBelowFloor = this.#floors.some(
      ({ account, floor, from }) => account === order.maker && from <= time && order.nonce < floor,
    );
    if (isBelowFloor) return SkipReason.nonce_below_floor;
    const delegateUntil = this.#delegates.get(`${order.maker}:${signer}`) ?? 0;
    if (signer !== order.maker && time >= delegateUntil) return SkipReason.signature_invalid;
    return 0;
  }

  /** Whether the order has too little left, or its account too little to give. */
  #short(order: Order, quantity: number, yesPrice: number, feeMicro: number): number {
    const filled = this.filled(order.maker, order.nonce);
    if (filled + quantity > order.quantity) {
      return filled === 0xffff_ffff ? SkipReason.order_cancelled : SkipReason.overfilled;
    }
    if (order.side === 0) {
      const needed = costOf(order, quantity, yesPrice) + feeMicro;
      return needed > (this.cashMicro.get(order.maker) ?? 0) ? SkipReason.cash_short : 0;
    }
    const held = this.held(order.maker, order.marketId, order.outcome);
    return quantity > held ? SkipReason.shares_short : 0;
  }

  #move(order: Order, quantity: number, yesPrice: number, feeMicro: number): void {
    const { maker, marketId, outcome, nonce } = order;
    const cost = costOf(order, quantity, yesPrice);
    const cash = this.cashMicro.get(maker) ?? 0;
    const held = this.held(maker, marketId, outcome);
    this.cashMicro.set(maker, (order.side === 0 ? cash - cost : cash + cost) - feeMicro);
    this.lots.set(
      `${maker}:${marketId}:${outcome}`,
      order.side === 0 ? held + quantity : held - quantity,
    );
    this.filledLots.set(`${maker}:${nonce}`, this.filled(maker, nonce) + quantity);
  }

  held(account: Address, marketId: number, outcome: number): number {
    return this.lots.get(`${account}:${marketId}:${outcome}`) ?? 0;
  }

  filled(maker: Address, nonce: bigint): number {
    return this.filledLots.get(`${maker}:${nonce}`) ?? 0;
  }

  #market(marketId: number): ModelMarket {
    const market = this.markets.get(marketId);
    if (!market) throw new Error(`no market ${marketId}`);
    return market;
  }
}

/** BUY YES and SELL NO are bids of the YES ladder. */
function bids(order: Order): boolean {
  return order.outcome === 1 ? order.side === 0 : order.side === 1;
}

/** Whether the order's limit lets it trade at a YES price. */
function takes(order: Order, yesPrice: number): boolean {
  const price = order.outcome === 1 ? yesPrice : 1000 - yesPrice;
  return order.side === 0 ? price <= order.price : price >= order.price;
}

function costOf(order: Order, quantity: number, yesPrice: number): number {
  return quantity * (order.outcome === 1 ? yesPrice : 1000 - yesPrice) * 10;
}
