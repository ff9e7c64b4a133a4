import type { Address, Hex } from "viem";
import type { SequencedCommand } from "../../protocol/engine/command.ts";
import type { EngineEvent } from "../../protocol/engine/event.ts";
import type { AccountReply, SnapshotReply } from "../../protocol/engine/request.ts";
import type {
  ExchangeView,
  FillView,
  OrderView,
  SkippedFillView,
} from "../../protocol/engine/view.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { assert } from "../core/assert.ts";
import { auditLedger } from "../core/audit.ts";
import { KNOWN_HASH_KEY } from "../core/keyed-hash.ts";
import { type CoreConfig, DEFAULT_LIMITS } from "../core/limits.ts";
import { releaseReturnsAfter } from "../core/releases.ts";
import { awaitsEmptyBatch } from "../core/settlement.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";
import { dueAtMs, passTime } from "../core/time.ts";
import { closeForRestart, reopen } from "../core/trading-phase.ts";
import { cancel, cancelAll } from "./cancel.ts";
import { applyBlock } from "./chain-events.ts";
import { createEdgeState, type EdgeState } from "./edge-state.ts";
import { exchangeView } from "./exchange-view.ts";
import { hold } from "./hold.ts";
import { place } from "./place.ts";
import { readEvents } from "./read-events.ts";
import { release } from "./release.ts";
import { loadEdgeState, saveEdgeState } from "./save-edge-state.ts";
import {
  findSettledAccount,
  type SettledAccount,
  settledAccounts,
  settledLaneLots,
  simulatedMintedLots,
} from "./settled-mirror.ts";
import { simulateBatch, submitBatch } from "./settlement.ts";
import { hashState } from "./state-hash.ts";
import { type Changes, takeChanges } from "./streams.ts";
import { takeHeartbeat } from "./take-heartbeat.ts";
import { type BlockPlace, recentBlocks } from "./taken-block.ts";
import { undoBlock } from "./undo-block.ts";
import { type UnsettledFill, unsettledFills } from "./unsettled-fills.ts";
import type { CoreVerdict } from "./verdict.ts";
import { accountReply, orderReply, snapshotReply } from "./views.ts";

/** What one command did. Nothing of it may leave the engine before the command is durable. */
export interface Applied {
  /** The answer to a user's or an operator's command; absent for the engine's own. */
  verdict?: CoreVerdict;
  events: EngineEvent[];
  changes: Changes;
}

/** Settlement as of the last command. */
export interface SettlementStatus {
  lastBlock: number;
  /** Null before the first block. */
  lastBlockHash: Hex | null;
  /** Unix seconds. */
  lastBlockTimestamp: number;
  lastBatchId: number;
  unsettledFills: number;
  /** When the oldest unsettled fill was matched. */
  oldestUnsettledMs: number | null;
  exchange: ExchangeView;
  /** Fills that the chain refused: all there ever were, and the last one. */
  skippedFills: { count: number; last: SkippedFillView | null };
}

/**
 * The matching engine as a pure state machine: the same commands give the same state, verdicts and
 * events, on every machine. Addresses and order hashes leave it in lower case.
 */
export interface Core {
  /**
   * Applies the next command. `seq` counts by one, `timeMs` never falls.
   * @throws CoreAssertionError on a bug or an impossible history; the core must not be used after.
   */
  apply(sequenced: SequencedCommand): Applied;
  readonly seq: number;
  readonly status: SettlementStatus;
  snapshot(): SnapshotReply;
  account(address: Address): AccountReply;
  /** Whether the chain ever told of the account: no other has orders. Once known it stays so. */
  knowsAccount(address: Address): boolean;
  /** An order that is open or remembered, with its remembered fills. */
  order(hash: Hex): { order: OrderView; fills: FillView[] } | null;
  /** The blocks that can be undone, newest first, and after them the one before, which cannot. */
  recentBlocks(): BlockPlace[];
  /** 16 hex digits. */
  stateHash(): string;
  /** How many orders rest. */
  readonly openOrders: number;
  /** How many orders it holds: the open ones and those that it remembers. */
  readonly remembered: number;
  /** Counts all fills from 1: the last one. */
  readonly lastFillSeq: number;
  /** The last command that had events; 0 when there is none. */
  readonly lastEventSeq: number;
  /** Takes the whole state down, as it stands after the last command. */
  save(out: SnapshotWriter): void;
  /** When a tick is due: the next expiry, market close, dead man's switch or phase. May lie in the past. */
  dueAtMs(): number | null;
  /** A block with a later timestamp (unix seconds) would return unused releases; null when none. */
  blockWantedAfter(): number | null;
  /** Whether batches of ours wait for this one, an empty one of somebody else that was undone. */
  awaitsEmptyBatch(batchId: number): boolean;
  /** Up to `max` unsettled fills after `afterFillSeq`, in order of `fillSeq`. */
  unsettledFills(afterFillSeq: number, max: number): UnsettledFill[];
  /** What the chain holds for each account, as far as the engine has seen. */
  settledAccounts(): Iterable<SettledAccount>;
  settledAccount(address: Address): SettledAccount | null;
  settledLaneLots(maker: Address, nonce: string): number;
  simulatedMintedLots(marketId: number): number;
  /** Recounts the ledger; each difference is a sentence. */
  audit(): string[];
}

/**
 * A core before its first command, or as `save` took it down under the same limits.
 * @throws CoreAssertionError when the snapshot is none of this form.
 */
export function createCore(config: CoreConfig, saved?: SnapshotReader): Core {
  const { chainId, hashKey = KNOWN_HASH_KEY, ...limits } = config;
  const state = createEdgeState(chainId, { ...DEFAULT_LIMITS, ...limits }, hashKey);
  if (saved) loadEdgeState(state, saved);
  return {
    apply: (sequenced) => apply(state, sequenced),
    get seq() {
      return state.core.seq;
    },
    get status() {
      return settlementStatus(state);
    },
    snapshot: () => snapshotReply(state),
    account: (address) => accountReply(state, address),
    knowsAccount: (address) => state.accounts.find(address) !== NO_ACCOUNT,
    order: (hash) => orderReply(state, hash),
    recentBlocks: () => recentBlocks(state),
    stateHash: () => hashState(state),
    get openOrders() {
      return state.core.slots.live;
    },
    get remembered() {
      return state.orders.count;
    },
    get lastFillSeq() {
      return state.core.fills.lastSeq;
    },
    get lastEventSeq() {
      return state.lastEventSeq;
    },
    save: (out) => saveEdgeState(state, out),
    dueAtMs: () => dueAtMs(state.core),
    blockWantedAfter: () => releaseReturnsAfter(state.core),
    awaitsEmptyBatch: (batchId) => awaitsEmptyBatch(state.core, batchId),
    unsettledFills: (afterFillSeq, max) => unsettledFills(state, afterFillSeq, max),
    settledAccounts: () => settledAccounts(state),
    settledAccount: (address) => findSettledAccount(state, address),
    settledLaneLots: (maker, nonce) => settledLaneLots(state, maker, nonce),
    simulatedMintedLots: (marketId) => simulatedMintedLots(state, marketId),
    audit: () => auditLedger(state.core),
  };
}

function apply(state: EdgeState, { seq, timeMs, command }: SequencedCommand): Applied {
  const { core } = state;
  assert(seq === core.seq + 1, "commands come in sequence");
  assert(timeMs >= core.timeMs, "time never falls");
  core.seq = seq;
  // While the engine was down nobody could send a heartbeat: no switch goes off over that.
  if (command.kind === "restart") core.heartbeats.renewAll(timeMs);
  passTime(core, timeMs);
  readEvents(state);
  const verdict = dispatch(state, command);
  const changes = takeChanges(state);
  if (changes.events.length > 0) state.lastEventSeq = seq;
  forget(state);
  return { ...(verdict ? { verdict } : {}), ...changes };
}

/** Lets go of what ended long ago, by the number of what ended since; never of what may be undone. */
function forget({ core, fills, orders }: EdgeState): void {
  const { rememberedFills, rememberedOrders } = core.limits;
  const { settledThroughSeq, finalThroughSeq } = core.fills;
  fills.forgetThrough(Math.min(settledThroughSeq - rememberedFills, finalThroughSeq));
  orders.forgetFinished(rememberedOrders);
}

function dispatch(state: EdgeState, command: SequencedCommand["command"]): CoreVerdict | undefined {
  const { core } = state;
  switch (command.kind) {
    case "place":
      return place(state, command);
    case "cancel":
      return cancel(state, command);
    case "cancel_all":
      return cancelAll(state, command);
    case "release":
      return release(state, command);
    case "heartbeat":
      return takeHeartbeat(state, command);
    case "hold":
      return hold(state, command);
    case "restart":
      closeForRestart(core);
      readEvents(state);
      return undefined;
    case "reopen":
      reopen(core, command.cancelOnlyMs, command.postOnlyMs);
      readEvents(state);
      return undefined;
    case "block":
      applyBlock(state, command);
      return undefined;
    case "block_undone":
      undoBlock(state, command);
      return undefined;
    case "batch_submitted":
      submitBatch(state, command);
      return undefined;
    case "batch_simulated":
      simulateBatch(state, command);
      return undefined;
    case "tick":
      return undefined;
  }
}

function settlementStatus(state: EdgeState): SettlementStatus {
  const { core, lastBlockHash } = state;
  const { fills } = core;
  return {
    lastBlock: core.lastBlock,
    lastBlockHash,
    lastBlockTimestamp: core.lastBlockTimestamp,
    lastBatchId: core.lastBatchId,
    unsettledFills: fills.count,
    oldestUnsettledMs: fills.count === 0 ? null : fills.oldestMs,
    exchange: exchangeView(state),
    skippedFills: { count: state.skipped.count, last: state.skipped.last },
  };
}
