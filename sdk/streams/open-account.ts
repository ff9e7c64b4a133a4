import type { Hex } from "viem";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import type { Context } from "../context.ts";
import { AccountHistory } from "./account-history.ts";
import {
  type AccountState,
  accountDefinition,
  isEndedOrder,
  isFinalFill,
} from "./account-state.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import { type OwnOrder, OwnOrderWaits } from "./own-order-waits.ts";

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

/** Follows the session's account; what happened during an outage is fetched until it is known. */
export function openAccount(context: Context): LiveAccount {
  const history = new AccountHistory(context);
  const waits = new OwnOrderWaits(context);
  const live = openLiveStream(context.streams, accountDefinition, (amend, state, previous) => {
    history.fetchMissed(amend, state, previous);
    waits.snapshotCame(amend);
  });
  live.onFailure(() => history.stop());
  return Object.assign(live, {
    waitForSettlement: (orderHash: Hex, timeoutMs: number, lots = 1) =>
      waits.wait(live, orderHash, timeoutMs, (own) => settledFills(own, lots)),
    waitForOrderEnd: (orderHash: Hex, timeoutMs: number) =>
      waits.wait(live, orderHash, timeoutMs, ({ order }) =>
        order !== null && isEndedOrder(order) ? order : false,
      ),
    waitForAvailable: (micro: bigint, timeoutMs: number) =>
      live.waitFor(({ balance }) => {
        const available = BigInt(balance.availableMicro);
        return available >= micro && available;
      }, timeoutMs),
  });
}

function settledFills({ order, fills }: OwnOrder, lots: number): FillView[] | false {
  const settledLots = fills.filter(isFinalFill).reduce((sum, fill) => sum + fill.quantityLots, 0);
  const matchedLots = order?.filledLots ?? 0;
  return settledLots >= Math.max(lots, matchedLots) && fills.every(isFinalFill) && fills;
}
