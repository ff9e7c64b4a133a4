import type { MarketStatus } from "../../protocol/engine/view.ts";

const FINAL: ReadonlySet<MarketStatus> = new Set<MarketStatus>(["resolved", "void"]);

/** Whether its payout stands for good. */
export function isFinalMarket({ view }: { view: { status: MarketStatus } }): boolean {
  return FINAL.has(view.status);
}
