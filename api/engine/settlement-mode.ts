import type { StatusReply } from "../../protocol/engine/request.ts";
import type { BalanceView } from "../../protocol/engine/view.ts";

export type SettlementMode = StatusReply["settlement"];

/** How the engine settles, as far as it is known here. */
export interface SettlementModeReader {
  /** Asks when the last answer is too old; null while the engine does not answer. */
  read(): Promise<SettlementMode | null>;
  /**
   * A balance by the last answer: an engine that only simulates signs no release, so nothing of it
   * can be withdrawn fast.
   */
  apply(balance: BalanceView): BalanceView;
}

const REMEMBERED_MS = 10_000;

/** Remembers the answer for a while: it changes only with the engine's process, and is asked for often. */
export function createSettlementMode(readStatus: () => Promise<StatusReply>): SettlementModeReader {
  let known: { mode: SettlementMode; readAtMs: number } | null = null;
  return {
    async read() {
      if (known && Date.now() - known.readAtMs < REMEMBERED_MS) return known.mode;
      try {
        const { settlement } = await readStatus();
        known = { mode: settlement, readAtMs: Date.now() };
        return settlement;
      } catch {
        return null;
      }
    },
    apply(balance) {
      return known?.mode === "simulated" ? { ...balance, withdrawableMicro: "0" } : balance;
    },
  };
}
