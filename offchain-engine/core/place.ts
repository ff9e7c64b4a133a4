import type { Address, Hex } from "viem";
import type { PlaceCommand } from "../../protocol/engine/command.ts";
import { TimeInForce } from "../../protocol/order.ts";
import { Side } from "../../protocol/units.ts";
import { type Admitted, admit, refuseSigner } from "./admission.ts";
import { assert } from "./assert.ts";
import { shareEntry } from "./holdings.ts";
import { matchOrder } from "./matching.ts";
import {
  acceptOrder,
  endOrder,
  inheritPlace,
  remainingLots,
  restingLock,
  restOrder,
  trimLock,
} from "./order-life-cycle.ts";
import { NO_SLOT } from "./order-pool.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";
import type { CoreVerdict } from "./verdict.ts";
import { fillView, orderView } from "./views.ts";

/**
 * Takes a signed order in, matches it, and lets what remains rest, or cancels it. The same order
 * again gives it as it stands now, and changes nothing; to a stranger's signature it tells nothing.
 */
export function place(state: CoreState, command: PlaceCommand): CoreVerdict {
  const known = state.orders.findByHash(command.hash);
  if (known) return isSignedBy(known, command) ? placed(state, known, true) : refuseSigner(command);
  const admitted = admit(state, command);
  if (!admitted.ok) return admitted;
  const order = createOrder(state, command, admitted);
  const { replaced } = admitted;
  if (replaced && admitted.keepsPlace) inheritPlace(state, order, replaced);
  if (replaced) endOrder(state, replaced, "replaced");
  acceptOrder(state, order, admitted.lockAmount);
  if (order.slot === NO_SLOT) match(state, order, command);
  return placed(state, order, false);
}

function isSignedBy(known: OrderRecord, { signer, order }: PlaceCommand): boolean {
  const by = signer.toLowerCase();
  return by === known.signer || by === order.maker.toLowerCase();
}

function match(state: CoreState, order: OrderRecord, command: PlaceCommand): void {
  const isStopped = matchOrder(state, order, command.selfTradePrevention);
  if (remainingLots(order) === 0) {
    trimLock(state, order, 0);
  } else if (isStopped) {
    endOrder(state, order, "self_trade");
  } else if (order.order.timeInForce === TimeInForce.FAK) {
    endOrder(state, order, "fak_remainder");
  } else {
    assert(order.order.timeInForce !== TimeInForce.FOK, "an admitted FOK order fills completely");
    trimLock(state, order, restingLock(order));
    restOrder(state, order);
  }
}

function createOrder(state: CoreState, command: PlaceCommand, admitted: Admitted): OrderRecord {
  const { account, market, filledLots } = admitted;
  const locksCash = command.order.side === Side.BUY;
  const holding = state.holdings.intern(account, market.index);
  return {
    id: state.orders.lastId + 1,
    hash: command.hash.toLowerCase() as Hex,
    order: { ...command.order, maker: account.address },
    signature: command.signature,
    signer: command.signer.toLowerCase() as Address,
    clientId: command.clientId ?? null,
    account: account.index,
    market: market.index,
    ladderSide: admitted.ladderSide,
    yesPriceTicks: admitted.yesPriceTicks,
    locksCash,
    lockEntry: locksCash ? account.index : shareEntry(holding, command.order.outcome),
    holding,
    lockedAmount: 0,
    filledLots,
    status: filledLots > 0 ? "partially_filled" : "open",
    cancelReason: null,
    createdAtMs: state.timeMs,
    updatedAtMs: state.timeMs,
    fillSeqs: [],
    slot: NO_SLOT,
  };
}

function placed(state: CoreState, order: OrderRecord, repeated: boolean): CoreVerdict {
  return {
    ok: true,
    kind: "place",
    order: orderView(order),
    fills: order.fillSeqs.map((fillSeq) => fillView(state, state.fills.get(fillSeq))),
    repeated,
  };
}
