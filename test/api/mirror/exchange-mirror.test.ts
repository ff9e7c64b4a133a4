import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ExchangeMirror } from "../../../api/mirror/exchange-mirror.ts";
import type { EngineEvent } from "../../../protocol/engine/event.ts";
import type { FillStatus, FillView, MarketView } from "../../../protocol/engine/view.ts";

/** A mirror that follows markets alone, by the slug that each is to have next. */
function world() {
  const mirror = new ExchangeMirror();
  let seq = 0;
  function name(marketId: number, slug: string): void {
    const market = { marketId, slug } as MarketView;
    const event = { type: "market" as const, seq: seq + 1, prev: seq, market, timeMs: 1 };
    seq++;
    const fresh = mirror.apply({ seq, events: [event] });
    assert.deepEqual(fresh, [event]);
  }
  const idOf = (slug: string) => mirror.bySlug(slug)?.view.marketId ?? null;
  /** An owner hears of the first trade of a market, in the batch of that number. */
  function tell(batch: number, marketId: number, status: FillStatus): void {
    const change = { kind: "fill", fill: { marketId, tradeSeq: 1, status } as FillView } as const;
    const event = { type: "account", account: "0x01", seq: batch, prev: batch - 1, change };
    mirror.apply({ seq: batch, events: [event as EngineEvent] });
  }
  const statusOf = (marketId: number) => mirror.market(marketId)?.trades.last()?.status;
  return { name, idOf, tell, statusOf };
}

describe("the mirror's markets by slug", () => {
  it("knows no market by a slug that it no longer has", () => {
    const { name, idOf } = world();
    name(1, "rain");
    name(1, "sun");
    assert.deepEqual([idOf("rain"), idOf("sun")], [null, 1]);
  });

  it("leaves a slug to the market that took it over", () => {
    const { name, idOf } = world();
    name(1, "rain");
    name(2, "sun");
    name(1, "sun");
    name(2, "rain");
    assert.deepEqual([idOf("rain"), idOf("sun")], [2, 1]);
    name(2, "rain");
    assert.deepEqual([idOf("rain"), idOf("sun")], [2, 1]);
  });
});

describe("the mirror's latest trades", () => {
  it("go back with a settlement that is undone, not with a batch that comes again", () => {
    const { name, tell, statusOf } = world();
    name(1, "rain");
    tell(2, 1, "submitted");
    tell(3, 1, "settled");
    tell(2, 1, "submitted");
    assert.equal(statusOf(1), "settled");
    tell(4, 1, "submitted");
    assert.equal(statusOf(1), "submitted");
  });
});
