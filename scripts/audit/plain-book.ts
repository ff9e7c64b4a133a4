import type { Address, Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import { isBid, PRICE_SCALE, yesPriceTicks } from "../../protocol/units.ts";

/** An order in the book. */
export interface RestingOrder {
  hash: Hex;
  order: OrderJson;
  signature: Hex;
  signer: Address;
  /** The journal entry that gave it its place in the queue. */
  arrival: number;
  /** What is left of it. */
  lots: number;
}

/** Whether an order stands with the bids of the YES ladder, and at which price. */
export function ladderPlace({ outcome, side, price }: OrderJson): { bid: boolean; ticks: number } {
  return { bid: isBid(outcome, side), ticks: yesPriceTicks(outcome, price) };
}

/** Whether an order with that limit reaches a resting price. */
export function reaches(taker: OrderJson, restingTicks: number): boolean {
  const { bid, ticks } = ladderPlace(taker);
  return bid ? restingTicks <= ticks : restingTicks >= ticks;
}

/**
 * Resting orders by price, then by arrival, and nothing else: no money, no time, no rules of admission. It
 * shares no code with the matcher, so that it can be a witness against it.
 */
export class PlainBook {
  readonly #byHash = new Map<Hex, RestingOrder>();
  readonly #byLane = new Map<string, RestingOrder>();
  /** By market and side, then by YES price; a level is in the order of arrival. */
  readonly #ladders = new Map<string, Map<number, RestingOrder>[]>();

  find(hash: Hex): RestingOrder | undefined {
    return this.#byHash.get(hash);
  }

  /** The resting order that used this nonce of its maker. */
  findLane(maker: Address, nonce: bigint | string): RestingOrder | undefined {
    return this.#byLane.get(lane(maker, nonce));
  }

  /** Puts an order behind all of its price; where one of the same arrival rests, in its place. */
  rest(resting: RestingOrder): void {
    this.#level(resting.order).set(resting.arrival, resting);
    this.#byHash.set(resting.hash, resting);
    this.#byLane.set(lane(resting.order.maker, resting.order.nonce), resting);
  }

  /** Takes an order out; `keepPlace` leaves its place to the one that amends it. */
  remove(resting: RestingOrder, keepPlace = false): void {
    if (!keepPlace) this.#level(resting.order).delete(resting.arrival);
    this.#byHash.delete(resting.hash);
    this.#byLane.delete(lane(resting.order.maker, resting.order.nonce));
  }

  reduce(resting: RestingOrder, lots: number): void {
    resting.lots -= lots;
    if (resting.lots <= 0) this.remove(resting);
  }

  /** The first of the orders that a taker meets: the best price of the other side, the oldest of it. */
  bestAgainst(taker: OrderJson): RestingOrder | null {
    const { bid } = ladderPlace(taker);
    const levels = this.#ladders.get(`${taker.marketId} ${!bid}`) ?? [];
    for (let step = 1; step < PRICE_SCALE; step++) {
      const [first] = levels[bid ? step : PRICE_SCALE - step]?.values() ?? [];
      if (first !== undefined) return first;
    }
    return null;
  }

  #level(order: OrderJson): Map<number, RestingOrder> {
    const { bid, ticks } = ladderPlace(order);
    const key = `${order.marketId} ${bid}`;
    let levels = this.#ladders.get(key);
    if (levels === undefined) {
      levels = Array.from({ length: PRICE_SCALE }, () => new Map());
      this.#ladders.set(key, levels);
    }
    return levels[ticks] as Map<number, RestingOrder>;
  }
}

function lane(maker: Address, nonce: bigint | string): string {
  return `${maker.toLowerCase()} ${nonce}`;
}
