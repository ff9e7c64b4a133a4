import type { Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { AccountReply } from "../../protocol/engine/request.ts";
import { Side } from "../../protocol/units.ts";

/** Where an account stands with what an order needs of it: micro of cash, or lots of shares; decimal. */
export interface AccountStanding {
  freeAmount: string;
  /** Held by open orders. */
  lockedAmount: string;
  /** Set aside for withdrawals, exports and releases. */
  reservedAmount: string;
  /** Net effect of fills that have not settled, already in the figures above; null for shares: not told. */
  pendingAmount: string | null;
  /** The open orders that hold it, oldest first: the first hundred. */
  lockedBy: Hex[];
  lockedByCount: number;
}

export const LOCKED_BY_MAX = 100;

function holdersOf(order: OrderJson, { openOrders }: AccountReply): Hex[] {
  const holdsSame = (open: OrderJson) =>
    open.side === order.side &&
    (order.side === Side.BUY ||
      (open.marketId === order.marketId && open.outcome === order.outcome));
  return openOrders.filter((open) => holdsSame(open.order)).map(({ hash }) => hash);
}

/** Free, locked and set aside of the asset that the order needs, and which orders hold it. */
export function accountStanding(order: OrderJson, account: AccountReply): AccountStanding {
  const holders = holdersOf(order, account);
  const held = { lockedBy: holders.slice(0, LOCKED_BY_MAX), lockedByCount: holders.length };
  if (order.side === Side.BUY) {
    const { availableMicro, lockedMicro, reservedMicro, pendingMicro } = account.balance;
    return {
      freeAmount: availableMicro,
      lockedAmount: lockedMicro,
      reservedAmount: reservedMicro,
      pendingAmount: pendingMicro,
      ...held,
    };
  }
  const position = account.positions.find(({ marketId }) => marketId === order.marketId);
  const [free, locked, reserved] =
    order.outcome === 1
      ? [position?.yesAvailableLots, position?.yesLockedLots, position?.yesReservedLots]
      : [position?.noAvailableLots, position?.noLockedLots, position?.noReservedLots];
  return {
    freeAmount: String(free ?? 0),
    lockedAmount: String(locked ?? 0),
    reservedAmount: String(reserved ?? 0),
    pendingAmount: null,
    ...held,
  };
}
