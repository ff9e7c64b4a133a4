import type { StatusReply } from "../../protocol/engine/request.ts";
import type { EngineClient } from "./engine-client.ts";

export type SettlementMode = StatusReply["settlement"];

/** How the engine settles, or null while it does not answer. */
export type ReadSettlementMode = () => Promise<SettlementMode | null>;

const REMEMBERED_MS = 10_000;

/** Remembers the answer for a while: it changes only with the engine's process, and is asked for often. */
export function createSettlementMode(engine: EngineClient): ReadSettlementMode {
  let known: { mode: SettlementMode; readAtMs: number } | null = null;
  return async () => {
    if (known && Date.now() - known.readAtMs < REMEMBERED_MS) return known.mode;
    try {
      const { settlement } = await engine.status();
      known = { mode: settlement, readAtMs: Date.now() };
      return settlement;
    } catch {
      return null;
    }
  };
}
