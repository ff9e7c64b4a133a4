import type { Address } from "viem";
import type {
  BalanceView,
  BookLevel,
  ExchangeView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "./view.ts";

/**
 * What leaves the engine, after the command that caused it is durable. Each belongs to one stream
 * and carries that stream's `seq` (from 1, without holes) and `prev` (`seq − 1`): state of the core,
 * so a replay numbers alike and every api replica serves the same numbers.
 */
export type EngineEvent = BookEvent | TradeEvent | MarketEvent | ExchangeEvent | AccountEvent;

/** Changed levels of one book. `checksum` is the CRC-32 of the top ten levels after the change. */
export interface BookEvent {
  type: "book";
  marketId: number;
  seq: number;
  prev: number;
  /** YES bids; quantity 0 removes the level. */
  bids: BookLevel[];
  /** YES asks; quantity 0 removes the level. */
  asks: BookLevel[];
  checksum: number;
  timeMs: number;
}

/** One public trade; `seq` is the fill's `tradeSeq`. */
export interface TradeEvent {
  type: "trade";
  marketId: number;
  seq: number;
  prev: number;
  fill: FillView;
}

/** A market appeared or changed its state. */
export interface MarketEvent {
  type: "market";
  seq: number;
  prev: number;
  market: MarketView;
  timeMs: number;
}

/** What the exchange takes has changed. */
export interface ExchangeEvent {
  type: "exchange";
  seq: number;
  prev: number;
  exchange: ExchangeView;
  timeMs: number;
}

/**
 * What happened to an order. `placed` and `amended` (in the place of another, which is `cancelled`) may have
 * matched, or ended, in the same moment: its status says so. `matched`: it rested, and another took from it.
 * `corrected`: the chain refused a fill of it, or a reorganisation undid such a refusal.
 */
export type OrderEventKind =
  | "placed"
  | "amended"
  | "matched"
  | "cancelled"
  | "expired"
  | "rejected"
  | "corrected";

/** Something of one account changed; only its owner may see it. */
export interface AccountEvent {
  type: "account";
  account: Address;
  seq: number;
  prev: number;
  timeMs: number;
  change:
    | { kind: "order"; event: OrderEventKind; order: OrderView }
    | { kind: "fill"; fill: FillView; role: "taker" | "maker" }
    | { kind: "balance"; balance: BalanceView }
    | { kind: "position"; position: PositionView }
    /** The dead man's switch went off, after the orders that it cancelled; it is off now. */
    | { kind: "heartbeat"; dueAtMs: null };
}

/** All events of one command, published together. */
export interface EventBatch {
  /** The journal sequence of the command. */
  seq: number;
  events: EngineEvent[];
}
