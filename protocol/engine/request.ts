import type { Address, Hex } from "viem";
import type { Result } from "../errors.ts";
import type {
  CancelAllCommand,
  CancelCommand,
  HeartbeatCommand,
  HoldCommand,
  PlaceCommand,
  ReleaseCommand,
} from "./command.ts";
import type {
  BalanceView,
  BookLevel,
  ExchangeView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
  SkippedFillView,
} from "./view.ts";

/** What the api may ask of the engine over the bus. Replies to commands come only once durable. */
export type EngineRequest =
  /** `traceparent` (W3C): the request that they came with. It reaches log lines, never the journal. */
  | { type: "commands"; commands: UserCommand[]; traceparent?: string }
  | { type: "snapshot" }
  | { type: "account"; account: Address }
  | { type: "tables" }
  | { type: "hold"; command: HoldCommand }
  | { type: "status"; withStateHash?: boolean };

export type UserCommand =
  | PlaceCommand
  | CancelCommand
  | CancelAllCommand
  | ReleaseCommand
  | HeartbeatCommand;

/** One verdict per command, in order. */
export interface CommandsReply {
  type: "commands";
  verdicts: Verdict[];
}

export type Verdict =
  /**
   * The order after matching, and all fills it has so far. `repeated`: this signed order was already taken,
   * and the fills are those that the engine remembers; the tables have all.
   */
  | Result<{ kind: "place"; order: OrderView; fills: FillView[]; repeated: boolean }>
  | Result<{ kind: "cancel"; order: OrderView }>
  | Result<{ kind: "cancel_all"; cancelled: Hex[] }>
  /** When the switch goes off unless it is renewed, by the engine's clock; null: it is off. */
  | Result<{ kind: "heartbeat"; dueAtMs: number | null }>
  /** The operator's signature over the release; `releaseNonce` decimal. */
  | Result<{ kind: "release"; releaseNonce: string; deadline: number; signature: Hex }>;

/** Where every stream stands, so that a reader can take up the events that follow `seq`. */
export interface SnapshotReply {
  type: "snapshot";
  /** Journal sequence that the snapshot includes. */
  seq: number;
  exchangeSeq: number;
  exchange: ExchangeView;
  marketsSeq: number;
  markets: MarketView[];
  books: {
    marketId: number;
    seq: number;
    bids: BookLevel[];
    asks: BookLevel[];
    checksum: number;
  }[];
  trades: { marketId: number; seq: number }[];
}

/** One account as of the journal sequence `seq`; `accountSeq` is where its stream stands. */
export interface AccountReply {
  type: "account";
  seq: number;
  accountSeq: number;
  balance: BalanceView;
  positions: PositionView[];
  openOrders: OrderView[];
  delegates: Address[];
  /** When the account's dead man's switch goes off; null while it is off. */
  heartbeatDueAtMs: number | null;
}

/** An operator's hold is durable, or was refused. `market_unknown`. */
export interface HoldReply {
  type: "hold";
  result: Result<{ kind: "hold" }>;
}

/** Everything that was durable when it was asked for is in the engine's tables. */
export interface TablesReply {
  type: "tables";
  /** Journal sequence that the tables include. */
  seq: number;
}

/** The engine's own health, and what the reconciler last found. */
export interface StatusReply {
  type: "status";
  seq: number;
  /** Digest of the whole state; null unless asked for, as it costs a walk through all of it. */
  stateHash: string | null;
  journalHash: Hex;
  settlement: "live" | "simulated";
  /** Why settlement waits for an operator and a restart; null while it goes on. */
  settlementHalted: string | null;
  lastBlock: number;
  lastBatchId: number;
  unsettledFills: number;
  oldestUnsettledMs: number | null;
  exchange: ExchangeView;
  /** Fills that the chain refused, which should never be: all there ever were, and the last one. */
  skippedFills: { count: number; last: SkippedFillView | null };
  reconciliation: {
    checkedAtMs: number;
    ok: boolean;
    /** Each difference found, as a sentence with both figures; empty when ok. */
    differences: string[];
  } | null;
}

export type EngineReply =
  | CommandsReply
  | SnapshotReply
  | AccountReply
  | TablesReply
  | HoldReply
  | StatusReply;
