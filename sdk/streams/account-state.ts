import type { Address, Hex } from "viem";
import type {
  BalanceView,
  FillStatus,
  FillView,
  OrderStatus,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import { accountFrameSchema, accountSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** How many fills and ended orders the state keeps; older ones are at `listFills`, `listOrders`. */
export const KEPT = 1_000;

/** An account as the engine has it: cash, shares, orders, and its latest fills by `fillSeq`. */
export interface AccountState {
  readonly account: Address;
  readonly balance: BalanceView;
  /** By market id. */
  readonly positions: ReadonlyMap<number, PositionView>;
  /** Open orders, and those that ended while the stream was open, by hash. */
  readonly orders: ReadonlyMap<Hex, OrderView>;
  readonly fills: ReadonlyMap<number, FillView>;
  /** When the dead man's switch goes off, as of the last snapshot; null once it went off. */
  readonly heartbeatDueAtMs: number | null;
}

const FILL_PROGRESS: Record<FillStatus, number> = {
  matched: 0,
  submitted: 1,
  settled: 2,
  simulated: 2,
  skipped: 2,
};

/**
 * Whether the fill is settled, simulated or skipped as the chain stands. A reorganisation may undo that: the
 * fill is then `submitted` once more, and is settled anew.
 */
export function isFinalFill(fill: FillView): boolean {
  return FILL_PROGRESS[fill.status] === 2;
}

function newest<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): Map<Key, Value> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  const oldest = next.keys().next();
  if (next.size > KEPT && !oldest.done) next.delete(oldest.value);
  return next;
}

/**
 * The fills with those put in that were fetched beside the stream, at a moment that cannot be compared with the
 * stream's: one that got less far than what is known changes nothing. The newest are kept.
 */
export function withFetchedFills(
  fills: ReadonlyMap<number, FillView>,
  fetched: readonly FillView[],
): ReadonlyMap<number, FillView> {
  const all = new Map(fills);
  for (const fill of fetched) {
    const known = all.get(fill.fillSeq);
    if (known && FILL_PROGRESS[known.status] > FILL_PROGRESS[fill.status]) continue;
    all.set(fill.fillSeq, fill);
  }
  const kept = [...all.values()].sort((a, b) => a.fillSeq - b.fillSeq).slice(-KEPT);
  return new Map(kept.map((fill) => [fill.fillSeq, fill]));
}

const OPEN_STATUSES: OrderStatus[] = ["open", "partially_filled"];

/** Whether nothing will happen to the order any more. */
export function isEndedOrder(order: OrderView): boolean {
  return !OPEN_STATUSES.includes(order.status);
}

/** The orders with `order` put in; news that is older than what is known changes nothing. */
export function withOrder(
  orders: ReadonlyMap<Hex, OrderView>,
  order: OrderView,
): ReadonlyMap<Hex, OrderView> {
  const known = orders.get(order.hash);
  if (known && (isEndedOrder(known) || known.updatedAtMs > order.updatedAtMs)) return orders;
  return newest(orders, order.hash, order);
}

/** The snapshot's open orders, and the ended ones of before: an open one that it lacks has gone. */
function ordersAfter(previous: AccountState | null, open: OrderView[]): Map<Hex, OrderView> {
  const ended = [...(previous?.orders.values() ?? [])].filter(isEndedOrder);
  return new Map([...ended, ...open].map((order) => [order.hash, order]));
}

/** How the frames of `account` become an account. Fills survive a snapshot, which tells none. */
export const accountDefinition: StreamDefinition<
  AccountState,
  typeof accountSnapshotSchema,
  typeof accountFrameSchema
> = {
  stream: "account",
  needsSession: true,
  snapshotSchema: accountSnapshotSchema,
  frameSchema: accountFrameSchema,
  begin: ({ account, balance, positions, openOrders, heartbeatDueAtMs }, previous) => ({
    account,
    balance,
    positions: new Map(positions.map((position) => [position.marketId, position])),
    orders: ordersAfter(previous, openOrders),
    fills: previous?.fills ?? new Map(),
    heartbeatDueAtMs,
  }),
  apply(state, { change }) {
    switch (change.kind) {
      case "balance":
        return { ...state, balance: change.balance };
      case "position": {
        const { position } = change;
        return { ...state, positions: new Map(state.positions).set(position.marketId, position) };
      }
      case "order":
        return { ...state, orders: withOrder(state.orders, change.order) };
      case "fill":
        // Frames come in order: one that goes back tells of a settlement that a reorganisation undid.
        return { ...state, fills: newest(state.fills, change.fill.fillSeq, change.fill) };
      case "heartbeat":
        return { ...state, heartbeatDueAtMs: change.dueAtMs };
    }
  },
};
