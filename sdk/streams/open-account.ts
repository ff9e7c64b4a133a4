import type { Hex } from "viem";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import { listFills } from "../actions/list-fills.ts";
import { listOrders } from "../actions/list-orders.ts";
import type { Context } from "../context.ts";
import {
  type AccountState,
  accountDefinition,
  isEndedOrder,
  isFinalFill,
  withFetchedFill,
  withOrder,
} from "./account-state.ts";
import { type Amend, type LiveStream, openLiveStream } from "./live-stream.ts";

/** How far back fills and ended orders are fetched with each snapshot, which tells neither. */
const FETCHED = 200;

/** The session's account as it changes, with waits for what one usually waits for. */
export interface LiveAccount extends LiveStream<AccountState> {
  /**
   * The order's fills, once all that it has so far, and at least `lots` in total, are settled with their
   * transactions, or simulated, or skipped. A reorganisation that undoes this later shows in the state.
   */
  waitForSettlement(orderHash: Hex, timeoutMs: number, lots?: number): Promise<FillView[]>;
  /** The order, once it is filled, cancelled, expired or rejected. */
  waitForOrderEnd(orderHash: Hex, timeoutMs: number): Promise<OrderView>;
  /** Free cash, once it is at least `micro`. */
  waitForAvailable(micro: bigint, timeoutMs: number): Promise<bigint>;
}

/** Follows the session's account; what happened during an outage is not missed. */
export function openAccount(context: Context): LiveAccount {
  const live = openLiveStream(context.streams, accountDefinition, (amend) => {
    // Without an answer the stream itself still tells all that comes.
    fetchHistory(context, amend).catch(() => {});
  });
  return Object.assign(live, {
    waitForSettlement: (orderHash: Hex, timeoutMs: number, lots = 1) =>
      live.waitFor((state) => settledFills(state, orderHash, lots), timeoutMs),
    waitForOrderEnd: (orderHash: Hex, timeoutMs: number) =>
      live.waitFor(({ orders }) => {
        const order = orders.get(orderHash);
        return order && isEndedOrder(order) && order;
      }, timeoutMs),
    waitForAvailable: (micro: bigint, timeoutMs: number) =>
      live.waitFor(({ balance }) => {
        const available = BigInt(balance.availableMicro);
        return available >= micro && available;
      }, timeoutMs),
  });
}

async function fetchHistory(context: Context, amend: Amend<AccountState>): Promise<void> {
  const [fills, orders] = await Promise.all([
    listFills(context, { limit: FETCHED }),
    listOrders(context, { limit: FETCHED, status: "closed" }),
  ]);
  // Oldest first, so that the newest are kept longest.
  amend((state) => ({
    ...state,
    fills: fills.items.reduceRight((known, { fill }) => withFetchedFill(known, fill), state.fills),
    orders: orders.items.reduceRight(withOrder, state.orders),
  }));
}

function settledFills(state: AccountState, orderHash: Hex, lots: number): FillView[] | false {
  const fills = [...state.fills.values()].filter(
    ({ takerHash, makerHash }) => takerHash === orderHash || makerHash === orderHash,
  );
  const settledLots = fills.filter(isFinalFill).reduce((sum, fill) => sum + fill.quantityLots, 0);
  const matchedLots = state.orders.get(orderHash)?.filledLots ?? 0;
  return settledLots >= Math.max(lots, matchedLots) && fills.every(isFinalFill) && fills;
}
