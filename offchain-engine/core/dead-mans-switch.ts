import { cancelAll } from "./cancel.ts";
import { EndReason, EventKind } from "./event-log.ts";
import { NO_MARKET } from "./markets.ts";
import type { CoreState } from "./state.ts";

/** The account's client is silent: its open orders are cancelled, and the switch is off until the next heartbeat. */
export function switchOff(state: CoreState, account: number): void {
  cancelAll(state, account, NO_MARKET, EndReason.HEARTBEAT);
  state.events.add1(EventKind.SWITCHED_OFF, account);
}
