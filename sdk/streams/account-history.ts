import type { Hex } from "viem";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import { getOrder } from "../actions/get-order.ts";
import { isAgonError } from "../agon-error.ts";
import type { Context } from "../context.ts";
import { fills, orders } from "../histories.ts";
import { untilDone } from "../until-done.ts";
import {
  type AccountState,
  isEndedOrder,
  isFinalFill,
  KEPT,
  withFetchedFills,
  withOrder,
} from "./account-state.ts";
import type { Amend } from "./live-stream.ts";

/** A page of what is fetched; of the newest fills and ended orders that many are fetched each time. */
const PAGE = 200;

/**
 * What no snapshot of an account tells: its fills, and the orders that ended while no stream was heard. Fetched
 * after each snapshot, back to what was known before, and again after growing pauses until that succeeds.
 */
export class AccountHistory {
  readonly #context: Context;
  /** Up to this `fillSeq` all fills are known and final; null before anything is known. */
  #knownTo: number | null = null;
  /** Orders that were open, and are not in the snapshot. */
  readonly #vanished = new Set<Hex>();
  /** Of the fetch that is not done yet. */
  #fetching: AbortController | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A snapshot made `state` of `previous`; null: nothing was known. */
  fetchMissed(
    amend: Amend<AccountState>,
    state: AccountState,
    previous: AccountState | null,
  ): void {
    if (previous !== null) this.#note(state, previous);
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    const { signal } = fetching;
    void untilDone(
      async () => {
        const missed = await this.#fetch(signal);
        if (signal.aborted) return;
        this.#fetching = null;
        this.#vanished.clear();
        amend((now) => ({
          ...now,
          fills: withFetchedFills(now.fills, missed.fills),
          // Oldest first, so that the newest are kept longest.
          orders: missed.orders.reduceRight(withOrder, now.orders),
        }));
      },
      this.#context.streams.pauses,
      signal,
    );
  }

  stop(): void {
    this.#fetching?.abort();
  }

  /** What was known, unless an earlier fetch is still due that reaches further back. */
  #note(state: AccountState, previous: AccountState): void {
    const isDue = this.#fetching !== null;
    if (!isDue || (this.#knownTo === null && previous.fills.size > 0)) {
      this.#knownTo = knownTo(previous.fills);
    }
    for (const order of previous.orders.values()) {
      if (!isEndedOrder(order) && !state.orders.has(order.hash)) this.#vanished.add(order.hash);
    }
  }

  async #fetch(signal: AbortSignal): Promise<{ fills: FillView[]; orders: OrderView[] }> {
    const [missedFills, missedOrders] = await Promise.all([
      fillsSince(this.#context, this.#knownTo, signal),
      endedOrders(this.#context, this.#vanished, signal),
    ]);
    return { fills: missedFills, orders: missedOrders };
  }
}

/** The last of the fills that are all final, so that what is fetched from there on tells the others' end. */
function knownTo(known: ReadonlyMap<number, FillView>): number {
  let last = 0;
  let firstOpen = Number.POSITIVE_INFINITY;
  for (const fill of known.values()) {
    last = Math.max(last, fill.fillSeq);
    if (!isFinalFill(fill)) firstOpen = Math.min(firstOpen, fill.fillSeq);
  }
  return Math.min(last, firstOpen - 1);
}

/** Newest first: a page, and more of them back to `after`, as far as a state keeps fills. */
async function fillsSince(
  context: Context,
  after: number | null,
  signal: AbortSignal,
): Promise<FillView[]> {
  const found: FillView[] = [];
  for await (const { fill } of fills(context, { limit: PAGE, signal })) {
    found.push(fill);
    const isEnough = after === null || fill.fillSeq <= after;
    if (found.length >= KEPT || (isEnough && found.length >= PAGE)) break;
  }
  return found;
}

/** Newest first: a page, more of them while some of `vanished` are missing, and the rest one by one. */
async function endedOrders(
  context: Context,
  vanished: ReadonlySet<Hex>,
  signal: AbortSignal,
): Promise<OrderView[]> {
  const missing = new Set(vanished);
  const found: OrderView[] = [];
  for await (const order of orders(context, { limit: PAGE, status: "closed", signal })) {
    found.push(order);
    missing.delete(order.hash);
    if (found.length >= KEPT || (missing.size === 0 && found.length >= PAGE)) break;
  }
  for (const hash of missing) {
    try {
      found.push((await getOrder(context, hash, { signal })).order);
    } catch (error) {
      if (!isAgonError(error, "order_unknown")) throw error;
    }
  }
  return found;
}
