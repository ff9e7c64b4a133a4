import type { Hex } from "viem";
import type { CoreLimits } from "../../offchain-engine/core/limits.ts";
import type { Command, PlaceCommand } from "../../protocol/engine/command.ts";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import type { Check } from "./check.ts";
import { ladderPlace, PlainBook, type RestingOrder, reaches } from "./plain-book.ts";
import { PlainSwitches } from "./plain-switches.ts";
import { isExplained } from "./why-gone.ts";

/** One command and what the replay says that it did. */
export interface ReplayedCommand {
  seq: number;
  timeMs: number;
  command: Command;
  /** Orders that it changed, as they stand after it. */
  orders: readonly OrderView[];
  /** New fills, in order. */
  fills: readonly FillView[];
}

/** A fill as someone claims it: of which resting order, how much, at which YES price. */
export interface Claim {
  maker: RestingOrder | undefined;
  quantityLots: number;
  yesPriceTicks: number;
}

/** What the witness knows of the limits that the journal was written under. */
export type WitnessLimits = Pick<CoreLimits, "expiryLeadMs" | "maxFillsPerOrder">;

/** An order while it takes. */
interface Taking {
  seq: number;
  command: PlaceCommand;
  /** Left to fill. */
  lots: number;
  /** Resting orders that it met: filled, or ended as its own. */
  met: number;
  /** Where it stands in the queue once it rests. */
  arrival: number;
}

/**
 * Follows the commands with a plain book, and demands of each fill that it takes the best price, and of
 * that the oldest order; of each order that leaves the book unfilled, that the journal says why; and of each
 * that rests, that it had nothing left to take. One may stop short of that once it met
 * `maxFillsPerOrder` resting orders, and has to.
 */
export class PriorityWitness {
  readonly #book = new PlainBook();
  readonly #check: Check;
  readonly #limits: WitnessLimits;
  readonly #closeTimes = new Map<number, number>();
  readonly #switches = new PlainSwitches();
  #taking: Taking | null = null;

  constructor(check: Check, limits: WitnessLimits) {
    this.#check = check;
    this.#limits = limits;
  }

  find(hash: Hex): RestingOrder | undefined {
    return this.#book.find(hash);
  }

  findLane(maker: Hex, nonce: bigint): RestingOrder | undefined {
    return this.#book.findLane(maker, nonce);
  }

  /** Before the command's fills: who left the book, who takes. */
  begin(replayed: ReplayedCommand): void {
    const { seq, command, orders } = replayed;
    if (command.kind === "block") this.#noteMarkets(command.events);
    this.#taking = this.#takerOf(replayed);
    const { timeMs } = replayed;
    this.#switches.begin(command, timeMs);
    for (const view of orders) {
      const resting = this.#book.find(view.hash);
      if (resting === undefined || isLive(view) || view.status === "filled") continue;
      const closeTime = this.#closeTimes.get(resting.order.marketId) ?? Infinity;
      const isSwitchedOff = this.#switches.isDue(resting.order.maker, timeMs);
      const departure = { resting, view, command, timeMs, closeTime, isSwitchedOff };
      if (!isExplained({ ...departure, expiryLeadMs: this.#limits.expiryLeadMs })) {
        const reason = view.cancelReason ?? view.status;
        this.#check.fail(
          `at entry ${seq} order ${view.hash} left the book without cause (${reason})`,
        );
      }
      if (this.#taking !== null && view.cancelReason === "self_trade") this.#taking.met++;
      this.#book.remove(resting, this.#taking?.arrival === resting.arrival);
    }
    this.#switches.end(command, timeMs);
  }

  /** What speaks against a fill, or null. Changes nothing. */
  judge({ maker, quantityLots, yesPriceTicks }: Claim): string | null {
    const taking = this.#taking;
    if (taking === null) return "no order was taking";
    const { order } = taking.command;
    const { maxFillsPerOrder } = this.#limits;
    if (taking.met >= maxFillsPerOrder) return `it met more than ${maxFillsPerOrder} orders`;
    if (maker === undefined) return "its maker did not rest in the book";
    const best = this.#book.bestAgainst(order);
    const { ticks } = ladderPlace(maker.order);
    if (best === null || !reaches(order, ticks)) return `its limit does not reach ${ticks}`;
    if (best !== maker) {
      return (
        `it took ${maker.hash} at ${ticks} (entry ${maker.arrival}) before ${best.hash} at ` +
        `${ladderPlace(best.order).ticks} (entry ${best.arrival})`
      );
    }
    if (yesPriceTicks !== ticks) return `its price is ${yesPriceTicks}, the resting one ${ticks}`;
    const lots = Math.min(taking.lots, best.lots);
    return quantityLots === lots ? null : `it took ${quantityLots} lots in place of ${lots}`;
  }

  /** Takes a fill as it was, judged or not. */
  apply({ maker, quantityLots }: Claim): void {
    if (maker !== undefined) this.#book.reduce(maker, quantityLots);
    if (this.#taking === null) return;
    this.#taking.lots -= quantityLots;
    this.#taking.met++;
  }

  /** After the command's fills: what remains of the taker, and that the book is the engine's. */
  end({ seq, orders }: ReplayedCommand): void {
    for (const view of orders) this.#settleOne(seq, view);
    this.#taking = null;
  }

  #settleOne(seq: number, view: OrderView): void {
    const taking = this.#taking;
    if (taking !== null && view.hash === taking.command.hash.toLowerCase()) {
      const { order, signature, signer } = taking.command;
      const best = this.#book.bestAgainst(order);
      const reached = best !== null && reaches(order, ladderPlace(best.order).ticks) ? best : null;
      const doubt = this.#doubtStop(view, taking, reached);
      if (doubt !== null) this.#check.fail(`at entry ${seq} order ${view.hash} ${doubt}`);
      const { hash } = view;
      const { arrival, lots } = taking;
      if (isLive(view)) this.#book.rest({ hash, order, signature, signer, arrival, lots });
    }
    const lots = this.#book.find(view.hash)?.lots ?? 0;
    const told = isLive(view) ? view.remainingLots : 0;
    if (lots !== told) {
      this.#check.fail(`at entry ${seq} order ${view.hash} has ${lots} lots left, not ${told}`);
    }
  }

  /** What speaks against an order's end, or its rest, with `reached` the first that it could still take. */
  #doubtStop(view: OrderView, { met }: Taking, reached: RestingOrder | null): string | null {
    if (view.cancelReason === "fill_limit") {
      const { maxFillsPerOrder } = this.#limits;
      if (met !== maxFillsPerOrder) return `ended after ${met} orders, not ${maxFillsPerOrder}`;
      return reached === null ? "ended by the limit although it reaches nothing" : null;
    }
    const stops = isLive(view) || view.cancelReason === "fak_remainder";
    return stops && reached !== null ? `stopped although it reaches ${reached.hash}` : null;
  }

  /** The command's order, when it was taken in: what it has left, and the place it may keep. */
  #takerOf({ seq, command, orders }: ReplayedCommand): Taking | null {
    if (command.kind !== "place") return null;
    const hash = command.hash.toLowerCase();
    if (!orders.some((view) => view.hash === hash) || this.#book.find(hash as Hex)) return null;
    const { quantity } = command.order;
    const replaced = command.replaces && this.#book.find(command.replaces.toLowerCase() as Hex);
    if (!replaced) return { seq, command, lots: quantity, met: 0, arrival: seq };
    const lots = quantity - (replaced.order.quantity - replaced.lots);
    const arrival = keepsPlace(replaced, command) ? replaced.arrival : seq;
    return { seq, command, lots, met: 0, arrival };
  }

  #noteMarkets(events: Extract<Command, { kind: "block" }>["events"]): void {
    for (const event of events) {
      if (event.type === "market_created") this.#closeTimes.set(event.marketId, event.closeTime);
    }
  }
}

function isLive({ status }: OrderView): boolean {
  return status === "open" || status === "partially_filled";
}

/** An amendment keeps its place in the queue when it only lowers the quantity. */
function keepsPlace({ order: old }: RestingOrder, { order }: PlaceCommand): boolean {
  return (
    order.quantity <= old.quantity &&
    order.price === old.price &&
    order.timeInForce === old.timeInForce &&
    order.maxFeeBps === old.maxFeeBps &&
    order.expiry === old.expiry
  );
}
