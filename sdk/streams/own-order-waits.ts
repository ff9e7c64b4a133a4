import type { Hex } from "viem";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import type { GetOrderReply } from "../../protocol/wire/order.ts";
import { getOrder } from "../actions/get-order.ts";
import { isAgonError } from "../agon-error.ts";
import type { Context } from "../context.ts";
import { untilDone } from "../until-done.ts";
import { type AccountState, withFetchedFills, withOrder } from "./account-state.ts";
import type { Amend, LiveStream } from "./live-stream.ts";

/** All that is known of one order; `order` is null while the account has not shown it. */
export interface OwnOrder {
  order: OrderView | null;
  fills: FillView[];
}

/**
 * Waits for what becomes of one order. Where the stream's state does not have all of it, as after a long
 * outage or when it ended long ago, the order itself is looked up, and so after each snapshot.
 */
export class OwnOrderWaits {
  readonly #context: Context;
  readonly #lookUps = new Set<() => void>();
  #amend: Amend<AccountState> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  snapshotCame(amend: Amend<AccountState>): void {
    this.#amend = amend;
    for (const lookUp of [...this.#lookUps]) lookUp();
  }

  /**
   * Resolves with what `condition` returns once that is not false.
   * @throws AgonError `condition_timed_out`, or what the stream failed with
   */
  async wait<T>(
    live: LiveStream<AccountState>,
    hash: Hex,
    timeoutMs: number,
    condition: (own: OwnOrder) => T | false,
  ): Promise<T> {
    let found: GetOrderReply | null = null;
    let isComplete = false;
    const ended = new AbortController();
    const waiting = live.waitFor((state) => {
      const own = ownOrder(state, hash, found);
      isComplete = hasAll(own);
      return condition(own);
    }, timeoutMs);
    let looking = new AbortController();
    const lookUp = () => {
      looking.abort();
      looking = new AbortController();
      const signal = AbortSignal.any([looking.signal, ended.signal]);
      void untilDone(
        async () => {
          found = await this.#find(hash, signal);
          if (found !== null && !signal.aborted) this.#amend?.(withFound(found));
        },
        this.#context.streams.pauses,
        signal,
      );
    };
    this.#lookUps.add(lookUp);
    if (this.#amend !== null && !isComplete) lookUp();
    try {
      return await waiting;
    } finally {
      this.#lookUps.delete(lookUp);
      ended.abort();
    }
  }

  /** Null where the account has no such order, as yet: the stream will tell of it. */
  async #find(hash: Hex, signal: AbortSignal): Promise<GetOrderReply | null> {
    try {
      return await getOrder(this.#context, hash, { signal });
    } catch (error) {
      if (isAgonError(error, "order_unknown")) return null;
      throw error;
    }
  }
}

function withFound({ order, fills }: GetOrderReply): (state: AccountState) => AccountState {
  return (state) => ({
    ...state,
    orders: withOrder(state.orders, order),
    fills: withFetchedFills(state.fills, fills),
  });
}

/** The state's news wins: what was found may be too old for the state to keep, but is not newer. */
function ownOrder(state: AccountState, hash: Hex, found: GetOrderReply | null): OwnOrder {
  const own = new Map(found?.fills.map((fill) => [fill.fillSeq, fill]));
  for (const fill of state.fills.values()) {
    if (fill.takerHash === hash || fill.makerHash === hash) own.set(fill.fillSeq, fill);
  }
  return {
    order: state.orders.get(hash) ?? found?.order ?? null,
    fills: [...own.values()].sort((a, b) => a.fillSeq - b.fillSeq),
  };
}

function hasAll({ order, fills }: OwnOrder): boolean {
  if (order === null) return false;
  return fills.reduce((sum, fill) => sum + fill.quantityLots, 0) >= order.filledLots;
}
