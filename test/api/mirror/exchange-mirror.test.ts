import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ExchangeMirror } from "../../../api/mirror/exchange-mirror.ts";
import type { MarketView } from "../../../protocol/engine/view.ts";

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
  return { name, idOf };
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
