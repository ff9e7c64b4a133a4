import type { HoldCommand } from "../../protocol/engine/command.ts";
import { NO_MARKET } from "../core/markets.ts";
import { holdExchange, holdMarket } from "../core/trading-phase.ts";
import type { EdgeState } from "./edge-state.ts";
import { phaseOfName } from "./exchange-view.ts";
import { readEvents } from "./read-events.ts";
import type { CoreVerdict } from "./verdict.ts";

/** Holds the exchange, or one market, in a phase. `market_unknown`. */
export function hold(state: EdgeState, { phase, marketId }: HoldCommand): CoreVerdict {
  const market = marketId === undefined ? NO_MARKET : state.markets.find(marketId);
  if (marketId !== undefined && market === NO_MARKET) return { ok: false, code: "market_unknown" };
  if (market === NO_MARKET) holdExchange(state.core, phaseOfName(phase));
  else holdMarket(state.core, market, phaseOfName(phase));
  readEvents(state);
  return { ok: true, kind: "hold" };
}
