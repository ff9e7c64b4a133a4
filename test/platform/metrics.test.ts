import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createMetrics } from "../../platform/metrics.ts";

describe("metrics", () => {
  const metrics = () => createMetrics({ service: "test", processMetrics: false });

  it("refuses a counter that does not end in _total", () => {
    assert.throws(() => metrics().counter({ name: "agon_orders", help: "-" }));
  });

  it("refuses names that are not in base units", () => {
    assert.throws(() => metrics().histogram({ name: "agon_commit_ms", help: "-" }));
  });

  it("exposes each series with its service", async () => {
    const ours = metrics();
    ours
      .counter({ name: "agon_orders_total", help: "Orders.", labels: ["side"] })
      .inc({ side: "buy" });
    const { contentType, body } = await ours.expose();
    assert.match(contentType, /^text\/plain/);
    assert.match(body, /agon_orders_total\{side="buy",service="test"\} 1/);
  });

  it("asks a gauge with a collector for its value each time", async () => {
    const ours = metrics();
    let value = 0;
    ours.gauge({ name: "agon_asked", help: "-", collect: (gauge) => gauge.set(++value) });
    assert.match((await ours.expose()).body, /agon_asked\{service="test"\} 1/);
    assert.match((await ours.expose()).body, /agon_asked\{service="test"\} 2/);
  });

  it("keeps the registries of two services apart", async () => {
    const [one, two] = [metrics(), metrics()];
    one.gauge({ name: "agon_depth", help: "-" }).set(1);
    two.gauge({ name: "agon_depth", help: "-" }).set(2);
    assert.match((await one.expose()).body, /agon_depth\{service="test"\} 1/);
    assert.match((await two.expose()).body, /agon_depth\{service="test"\} 2/);
  });
});
