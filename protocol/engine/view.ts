import type { Address, Hex } from "viem";
import type { MatchKind } from "../order.ts";
import type { OrderJson } from "./command.ts";

/** `open` → `partially_filled` → one of the final four. */
export type OrderStatus =
  | "open"
  | "partially_filled"
  | "filled"
  | "cancelled"
  | "expired"
  | "rejected";

/** Why an order reached `cancelled`; `null` while it has not. */
export type CancelReason =
  | "user"
  | "fak_remainder"
  | "fill_limit"
  | "self_trade"
  | "market_closed"
  | "cancel_floor"
  | "withdrawal"
  | "delegate_removed"
  | "replaced"
  | "heartbeat"
  | "settlement_skipped";

/** An order as everyone outside the engine sees it. */
export interface OrderView {
  hash: Hex;
  order: OrderJson;
  clientId: string | null;
  status: OrderStatus;
  cancelReason: CancelReason | null;
  filledLots: number;
  remainingLots: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export type FillStatus = "matched" | "submitted" | "settled" | "simulated" | "skipped";

/** One fill. Prices: `yesPriceTicks` on the YES ladder; the NO price is 1000 less it. */
export interface FillView {
  /** Counts all fills of the exchange from 1: the order in which they settle. */
  fillSeq: number;
  marketId: number;
  /** Counts the market's trades from 1: the sequence of `trades:<slug>`. */
  tradeSeq: number;
  matchKind: MatchKind;
  takerHash: Hex;
  makerHash: Hex;
  taker: Address;
  maker: Address;
  takerOutcome: 0 | 1;
  takerSide: 0 | 1;
  makerOutcome: 0 | 1;
  makerSide: 0 | 1;
  yesPriceTicks: number;
  quantityLots: number;
  /** Paid by the taker; decimal micro. */
  feeMicro: string;
  timeMs: number;
  status: FillStatus;
  transactionHash: Hex | null;
}

/** A fill that the chain refused, and that the engine took back. */
export interface SkippedFillView {
  fillSeq: number;
  batchId: number;
  /** As the contract gives it: `skipReasonName` of `protocol/settlement/skip-reason.ts` says what it means. */
  reason: number;
  /** When the engine took it back. */
  timeMs: number;
}

/** An account's cash, decimal micro. total = available + locked + reserved. */
export interface BalanceView {
  account: Address;
  availableMicro: string;
  /** Held by open orders. */
  lockedMicro: string;
  /** Set aside for requested withdrawals and unused releases. */
  reservedMicro: string;
  /** Net effect of fills that have not settled yet, already inside the figures above; may be negative. */
  pendingMicro: string;
  /** What a fast withdrawal may take now: settled and free. */
  withdrawableMicro: string;
}

/** An account's shares in one market, lots. Each total = available + locked + reserved. */
export interface PositionView {
  account: Address;
  marketId: number;
  yesAvailableLots: number;
  yesLockedLots: number;
  yesReservedLots: number;
  noAvailableLots: number;
  noLockedLots: number;
  noReservedLots: number;
  /** Cost of the shares now held, by average price; decimal micro. */
  yesCostMicro: string;
  noCostMicro: string;
}

/** What is taken: everything, only orders that never take, or no orders at all. Cancels always are. */
export type TradingPhase = "open" | "post_only" | "cancel_only";

/** What the exchange as a whole takes now. */
export interface ExchangeView {
  phase: TradingPhase;
  /** When the phase ends by itself, by the engine's clock; null when it does not. */
  phaseEndsAtMs: number | null;
  /** Paused on chain: no orders are taken, whatever the phase. */
  tradingPaused: boolean;
}

/** `closed`: past its close time, not yet proposed or resolved. */
export type MarketStatus = "open" | "closed" | "proposed" | "resolved" | "void";

export interface MarketView {
  marketId: number;
  /** The first market of its group, of whose markets exactly one comes true; null in no group. */
  groupId: number | null;
  slug: string;
  question: string;
  rules: string;
  category: string;
  resolver: Address;
  closeTime: number;
  resolveDeadline: number;
  takerFeeBps: number;
  priceStep: number;
  status: MarketStatus;
  /** In which phase an operator holds the market; the exchange's own may be stricter. */
  heldPhase: TradingPhase;
  /** Thousandths to YES; null until proposed. */
  payoutYes: number | null;
}

/** [YES price in ticks, quantity in lots]; a quantity of 0 removes the level. */
export type BookLevel = [priceTicks: number, quantityLots: number];
