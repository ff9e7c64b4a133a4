import type { ExchangeView, TradingPhase } from "../../protocol/engine/view.ts";
import { present } from "../core/assert.ts";
import { NEVER_MS, type TradingPhase as Phase } from "../core/trading-phase.ts";
import type { EdgeState } from "./edge-state.ts";

const PHASE_NAMES: readonly TradingPhase[] = ["open", "post_only", "cancel_only"];

/** The name of one of the core's trading phases. */
export function phaseName(phase: number): TradingPhase {
  return present(PHASE_NAMES[phase], "a trading phase has a name");
}

/** The core's trading phase of that name. */
export function phaseOfName(name: TradingPhase): Phase {
  return PHASE_NAMES.indexOf(name) as Phase;
}

/** What the exchange as a whole takes now. */
export function exchangeView({ core }: EdgeState): ExchangeView {
  const { phase, nextMs, held } = core.phases;
  // Under a hold as strict, the end of a restart's phase changes nothing.
  const endsByItself = nextMs !== NEVER_MS && phase > held;
  return {
    phase: phaseName(phase),
    phaseEndsAtMs: endsByItself ? nextMs : null,
    tradingPaused: core.tradingPaused,
  };
}
