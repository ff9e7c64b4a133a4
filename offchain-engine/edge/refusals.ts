import type { PlaceCommand } from "../../protocol/engine/command.ts";
import type { ErrorCode, Failure } from "../../protocol/errors.ts";
import { MICRO_PER_LOT, Side } from "../../protocol/units.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { assert } from "../core/assert.ts";
import { NO_HOLDING } from "../core/holdings.ts";
import { FAIR_PARTS } from "../core/limits.ts";
import { NO_REPLACED } from "../core/order-terms.ts";
import { neededLock } from "../core/place.ts";
import { Refusal } from "../core/refusal.ts";
import { lockedAmount } from "../core/resting-order.ts";
import type { EdgeState } from "./edge-state.ts";
import { NO_RECORD } from "./order-pages.ts";

export function refuse(code: ErrorCode, details?: Record<string, unknown>): Failure {
  return details ? { ok: false, code, details } : { ok: false, code };
}

/** The order was signed by someone who may not sign for its maker. */
export function refuseSigner({ signer, hash }: PlaceCommand): Failure {
  return refuse("signature_invalid", { recoveredSigner: signer.toLowerCase(), orderHash: hash });
}

const PLAIN: Partial<Record<Refusal, ErrorCode>> = {
  [Refusal.MARKET_UNKNOWN]: "market_unknown",
  [Refusal.TRADING_PAUSED]: "trading_paused",
  [Refusal.CANCEL_ONLY]: "cancel_only",
  [Refusal.POST_ONLY]: "post_only",
  [Refusal.VALIDATION_FAILED]: "validation_failed",
  [Refusal.PRICE_OUT_OF_RANGE]: "price_out_of_range",
  [Refusal.QUANTITY_OUT_OF_RANGE]: "quantity_out_of_range",
  [Refusal.EXPIRY_REQUIRED]: "order_expiry_required",
  [Refusal.EXPIRY_UNEXPECTED]: "order_expiry_unexpected",
  [Refusal.NONCE_USED]: "nonce_used",
  [Refusal.CLIENT_ID_USED]: "client_id_used",
  [Refusal.SELF_TRADE]: "self_trade",
  [Refusal.POST_ONLY_WOULD_CROSS]: "post_only_would_cross",
  [Refusal.FOK_NOT_FILLED]: "fok_not_filled",
};

/** A refused order's code, with the facts that let its maker mend it; `replaced` is a record or none. */
export function explainRefusal(
  state: EdgeState,
  command: PlaceCommand,
  replaced: number,
  refusal: Refusal,
): Failure {
  const code = PLAIN[refusal];
  if (code) return refuse(code);
  const { core, terms } = state;
  const view = state.markets.get(terms.market)?.view;
  switch (refusal) {
    case Refusal.MARKET_NOT_OPEN:
      return refuse("market_not_open", { status: view?.status });
    case Refusal.PRICE_OFF_STEP:
      return refuse("price_off_step", { priceStep: view?.priceStep });
    case Refusal.EXPIRED:
      return refuse("order_expired", {
        timeMs: core.timeMs,
        earliestExpiry: Math.floor((core.timeMs + core.limits.expiryLeadMs) / 1000) + 1,
      });
    case Refusal.FEE_CAP_TOO_LOW:
      return refuse("fee_cap_too_low", { takerFeeBps: view?.takerFeeBps });
    case Refusal.SIGNATURE_INVALID:
      return refuseSigner(command);
    case Refusal.NONCE_BELOW_FLOOR: {
      const floor = core.accounts.floorOf(terms.account).toString();
      return refuse("nonce_below_floor", { floor });
    }
    case Refusal.REPLACED_UNKNOWN:
      return refuse("order_unknown", { hash: command.replaces });
    case Refusal.REPLACED_DIFFERS: {
      if (replaced === NO_RECORD) return refuse("nonce_used");
      const { marketId, outcome, side } = state.orders.document(replaced).order;
      return refuse("nonce_used", { marketId, outcome, side });
    }
    case Refusal.REPLACED_NOT_OPEN:
      return refuse("order_not_open", { status: state.orders.status(replaced) });
    case Refusal.REPLACED_FILLED:
      return refuse("quantity_out_of_range", { filledLots: state.orders.filledLots(replaced) });
    case Refusal.TOO_MANY_OPEN_ORDERS:
      return refuse("too_many_open_orders", {
        maxOpenOrders: core.limits.maxOpenOrdersPerAccount,
      });
    case Refusal.UNSETTLED_FILLS:
    case Refusal.UNSETTLED_AGE:
    case Refusal.UNSETTLED_VALUE:
    case Refusal.UNSETTLED_SHARE:
    case Refusal.UNSETTLED_VALUE_SHARE:
    case Refusal.AWAITS_RESETTLEMENT:
      return refuse("settlement_behind", explainBound(state, refusal));
    default:
      return explainShortage(state);
  }
}

/** Which bound of what is unsettled the order met, and where that stands. */
function explainBound({ core, terms }: EdgeState, refusal: Refusal): Record<string, unknown> {
  const { fills, limits, accounts, timeMs } = core;
  const { maxUnsettledFills, maxUnsettledAgeMs } = limits;
  const counts = { unsettledFills: fills.count, maxUnsettledFills };
  const worth = {
    unsettledMicro: fills.unsettledMicro.toString(),
    maxUnsettledMicro: limits.maxUnsettledMicro.toString(),
  };
  switch (refusal) {
    case Refusal.UNSETTLED_AGE:
      return { bound: "age", unsettledAgeMs: timeMs - fills.oldestMs, maxUnsettledAgeMs };
    case Refusal.UNSETTLED_VALUE:
      return { bound: "value", ...worth };
    case Refusal.UNSETTLED_SHARE: {
      const maxOwnUnsettledFills = Math.floor((maxUnsettledFills - fills.count) / FAIR_PARTS);
      const ownUnsettledFills = accounts.takenFills(terms.account);
      return { bound: "share", ownUnsettledFills, maxOwnUnsettledFills, ...counts };
    }
    case Refusal.UNSETTLED_VALUE_SHARE: {
      const leftMicro = limits.maxUnsettledMicro - fills.unsettledMicro;
      return {
        bound: "value_share",
        ownUnsettledMicro: (accounts.takenLots(terms.account) * MICRO_PER_LOT).toString(),
        maxOwnUnsettledMicro: Math.floor(leftMicro / FAIR_PARTS).toString(),
        ...worth,
      };
    }
    case Refusal.AWAITS_RESETTLEMENT:
      return { bound: "reorganisation" };
    default:
      return { bound: "fills", ...counts };
  }
}

function explainShortage({ core, terms }: EdgeState): Failure {
  const { account, market, outcome, side, replaces } = terms;
  const isBuy = side === Side.BUY;
  const funds = isBuy ? core.cash : core.shares;
  let entry = account;
  if (account !== NO_ACCOUNT && !isBuy) {
    entry = core.holdings.findEntry(account, market, outcome);
  }
  const isKnown = entry !== NO_ACCOUNT && entry !== NO_HOLDING;
  const freed = replaces === NO_REPLACED ? 0 : lockedAmount(core, replaces);
  const free = isKnown ? Math.max(0, funds.available(entry) + freed) : 0;
  const locked = isKnown ? funds.locked(entry) : 0;
  const needed = neededLock().toString();
  assert(Number.isSafeInteger(free), "a ledger figure is an exact integer");
  return isBuy
    ? refuse("insufficient_cash", {
        freeMicro: free.toString(),
        lockedMicro: locked.toString(),
        neededMicro: needed,
      })
    : refuse("insufficient_shares", {
        freeLots: free.toString(),
        lockedLots: locked.toString(),
        neededLots: needed,
      });
}
