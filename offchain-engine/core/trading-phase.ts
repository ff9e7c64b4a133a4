import { EventKind } from "./event-log.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";
import type { CoreState } from "./state.ts";

/** What is taken, each stricter than the one before: all, orders that never take, no orders. */
export const TradingPhase = { OPEN: 0, POST_ONLY: 1, CANCEL_ONLY: 2 } as const;
export type TradingPhase = (typeof TradingPhase)[keyof typeof TradingPhase];

/** A time that never comes: the phase lasts until a command ends it. A safe integer, as all times are. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** The phases that a restart goes through, and what an operator holds. The stricter of the two rules. */
export class TradingPhases {
  /** What rules now, for all markets. */
  phase: TradingPhase = TradingPhase.OPEN;
  /** When the next phase of the restart begins; `NEVER_MS` when none does by itself. */
  nextMs = NEVER_MS;
  cancelOnlyUntilMs = 0;
  postOnlyUntilMs = 0;
  held: TradingPhase = TradingPhase.OPEN;

  save(out: SnapshotWriter): void {
    for (const figure of [this.phase, this.nextMs, this.held]) out.figure(figure);
    for (const figure of [this.cancelOnlyUntilMs, this.postOnlyUntilMs]) out.figure(figure);
  }

  load(from: SnapshotReader): void {
    this.phase = from.figure() as TradingPhase;
    this.nextMs = from.figure();
    this.held = from.figure() as TradingPhase;
    this.cancelOnlyUntilMs = from.figure();
    this.postOnlyUntilMs = from.figure();
  }
}

/** The engine starts again: cancel-only until it is reopened. */
export function closeForRestart(state: CoreState): void {
  state.phases.cancelOnlyUntilMs = NEVER_MS;
  state.phases.postOnlyUntilMs = NEVER_MS;
  passPhases(state);
}

/** Ends the wait after a restart: cancel-only for so long yet, then post-only for so long, then open. */
export function reopen(state: CoreState, cancelOnlyMs: number, postOnlyMs: number): void {
  const { phases, timeMs } = state;
  phases.cancelOnlyUntilMs = timeMs + cancelOnlyMs;
  phases.postOnlyUntilMs = phases.cancelOnlyUntilMs + postOnlyMs;
  passPhases(state);
}

/** An operator holds the whole exchange in a phase, across restarts; `OPEN` lets go. */
export function holdExchange(state: CoreState, phase: TradingPhase): void {
  state.phases.held = phase;
  passPhases(state);
}

/** Trading is paused, or goes on, on chain. */
export function pauseTrading(state: CoreState, isPaused: boolean): void {
  state.tradingPaused = isPaused;
  state.events.add1(EventKind.EXCHANGE, state.phases.phase);
}

/** An operator holds one market in a phase; `OPEN` lets go. */
export function holdMarket(state: CoreState, market: number, phase: TradingPhase): void {
  if (state.markets.held(market) === phase) return;
  state.markets.setHeld(market, phase);
  state.events.add1(EventKind.MARKET, market);
}

/** Finds out which phase rules at the state's time. */
export function passPhases(state: CoreState): void {
  const { phases, timeMs } = state;
  const { cancelOnlyUntilMs, postOnlyUntilMs, held } = phases;
  let restart: TradingPhase = TradingPhase.OPEN;
  let nextMs = NEVER_MS;
  if (timeMs < cancelOnlyUntilMs) {
    restart = TradingPhase.CANCEL_ONLY;
    nextMs = cancelOnlyUntilMs;
  } else if (timeMs < postOnlyUntilMs) {
    restart = TradingPhase.POST_ONLY;
    nextMs = postOnlyUntilMs;
  }
  const phase = Math.max(restart, held) as TradingPhase;
  if (phase === phases.phase && nextMs === phases.nextMs) return;
  phases.phase = phase;
  phases.nextMs = nextMs;
  state.events.add1(EventKind.EXCHANGE, phase);
}

/** What rules in a market: its own hold, or the exchange's phase. */
export function phaseOf(state: CoreState, market: number): TradingPhase {
  return Math.max(state.phases.phase, state.markets.held(market)) as TradingPhase;
}
