import type { Address, Hex } from "viem";
import type { Order } from "../order.ts";
import type { TradingPhase } from "./view.ts";

/**
 * What enters the engine, by one door: users' commands through the api, the chain's blocks through
 * the watcher, the settlement pipeline's reports, and time. Each is sequenced, journalled, applied.
 * All fields are JSON-safe: 64-bit integers are decimal strings.
 */
export type Command =
  | PlaceCommand
  | CancelCommand
  | CancelAllCommand
  | ReleaseCommand
  | HeartbeatCommand
  | RestartCommand
  | ReopenCommand
  | HoldCommand
  | BlockCommand
  | BlockUndoneCommand
  | BatchSubmittedCommand
  | BatchSimulatedCommand
  | TickCommand;

/** What a maker's own resting order meets: the resting one goes, the arriving one goes, or both. */
export type SelfTradePrevention = "cancel_resting" | "cancel_taker" | "cancel_both";

/** An order as JSON: `nonce` a decimal string. */
export type OrderJson = Omit<Order, "nonce"> & { nonce: string };

/** A signed order whose signature was verified at the door. `hash` is its EIP-712 digest. */
export interface PlaceCommand {
  kind: "place";
  hash: Hex;
  order: OrderJson;
  /** 65 bytes or 64 (EIP-2098); goes to settlement as it is. */
  signature: Hex;
  /** The recovered signer: the maker or its delegate. */
  signer: Address;
  clientId?: string;
  selfTradePrevention: SelfTradePrevention;
  /** Hash of the maker's own order of the same nonce that this one amends. */
  replaces?: Hex;
}

/** `maker` is the session's account: the engine refuses another account's order as unknown. */
export interface CancelCommand {
  kind: "cancel";
  maker: Address;
  hash: Hex;
}

export interface CancelAllCommand {
  kind: "cancel_all";
  maker: Address;
  /** All markets when absent. */
  marketId?: number;
}

/** Sets settled, free funds aside for a release (fast exit); signed by the operator once durable. */
export interface ReleaseCommand {
  kind: "release";
  account: Address;
  marketId: number;
  asset: 0 | 1 | 2;
  /** Micro or lots, decimal. */
  amount: string;
  /** Unix seconds; unused past it (and a confirmed block later), the funds return. */
  deadline: number;
}

/**
 * Switches the account's dead man's switch on, or renews it: unless another comes within `timeoutMs`, all
 * its open orders are cancelled. 0 switches it off.
 */
export interface HeartbeatCommand {
  kind: "heartbeat";
  maker: Address;
  timeoutMs: number;
}

/**
 * The engine starts on a journal that is not empty: cancel-only until a `reopen`. Dead man's switches count
 * their whole time-out from here.
 */
export interface RestartCommand {
  kind: "restart";
}

/** The engine has caught up: cancel-only for so long yet, then post-only for so long, then open. */
export interface ReopenCommand {
  kind: "reopen";
  cancelOnlyMs: number;
  postOnlyMs: number;
}

/** An operator holds the exchange, or one market, in a phase until the next such command; across restarts. */
export interface HoldCommand {
  kind: "hold";
  phase: TradingPhase;
  /** The whole exchange when absent. */
  marketId?: number;
}

/** What one confirmed block of the chain did to the exchange, in log order. */
export interface BlockCommand {
  kind: "block";
  number: number;
  hash: Hex;
  /** Unix seconds. */
  timestamp: number;
  events: ChainEvent[];
}

/**
 * The block taken last is on the chain no more: what it did is undone. Reported newest first, down to the
 * last block that both chains have; one that was not taken, or is undone already, changes nothing.
 */
export interface BlockUndoneCommand {
  kind: "block_undone";
  number: number;
  hash: Hex;
}

/** Batch `batchId` (covering fills up to `lastFillSeq`) was sent to the chain. Repeats with each replacement. */
export interface BatchSubmittedCommand {
  kind: "batch_submitted";
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
  /** The head of the journal that the batch anchors: with its id, what it is known by on chain. */
  journalHash: Hex;
  transactionHash: Hex;
}

/** Without an operator key: the batch ran against the contract's code and was not broadcast. */
export interface BatchSimulatedCommand {
  kind: "batch_simulated";
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
  /** Deterministic: keccak256 of the batch's calldata. */
  transactionHash: Hex;
  /** Indices in the batch of fills that would not hold. */
  skipped: SkippedFill[];
}

export interface SkippedFill {
  fillIndex: number;
  reason: number;
}

/** Time passes: expires orders and closes markets. Sent only when something is due. */
export interface TickCommand {
  kind: "tick";
}

/** The contract's events as the engine takes them; amounts are decimal strings. */
export type ChainEvent =
  | { type: "deposited"; account: Address; amountMicro: string }
  | { type: "withdrawal_requested"; account: Address; amountMicro: string; executableAt: number }
  | { type: "withdrawal_cancelled"; account: Address }
  | { type: "withdrawn"; account: Address; amountMicro: string; releaseNonce: string }
  | {
      type: "export_requested";
      account: Address;
      marketId: number;
      outcome: 0 | 1;
      quantityLots: string;
      executableAt: number;
    }
  | { type: "export_cancelled"; account: Address; marketId: number; outcome: 0 | 1 }
  | {
      type: "shares_exported";
      account: Address;
      marketId: number;
      outcome: 0 | 1;
      quantityLots: string;
      releaseNonce: string;
    }
  | {
      type: "shares_imported";
      account: Address;
      marketId: number;
      outcome: 0 | 1;
      quantityLots: string;
    }
  | { type: "shares_split"; account: Address; marketId: number; quantityLots: string }
  | {
      /** Tokens of a group's members became these shares, `quantityLots` in each market, and cash. */
      type: "positions_converted";
      account: Address;
      marketIds: number[];
      outcome: 0 | 1;
      quantityLots: string;
      /** Credited in escrow. */
      cashMicro: string;
    }
  | {
      type: "redeemed";
      account: Address;
      marketId: number;
      yesLots: string;
      noLots: string;
      payoutMicro: string;
    }
  | { type: "cancel_floor_raised"; account: Address; floor: string; effectiveAt: number }
  | { type: "cancel_requested"; account: Address; nonce: string; effectiveAt: number }
  | { type: "delegate_added"; account: Address; delegate: Address }
  | { type: "delegate_removed"; account: Address; delegate: Address; effectiveAt: number }
  | {
      type: "market_created";
      marketId: number;
      /** The first market of its group; null in none. */
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
    }
  | { type: "market_proposed"; marketId: number; payoutYes: number }
  | { type: "market_resolved"; marketId: number; payoutYes: number; isVoid: boolean }
  | { type: "trading_paused" }
  | { type: "trading_resumed" }
  | {
      type: "batch_settled";
      batchId: number;
      /** What the batch anchored. */
      journalHash: Hex;
      transactionHash: Hex;
      settled: number;
      skipped: SkippedFill[];
    };

/** A command in its place: the journal's row. `timeMs` is the engine's clock, never falling. */
export interface SequencedCommand {
  seq: number;
  timeMs: number;
  command: Command;
}
