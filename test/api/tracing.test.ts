import assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import { type CollectedSpan, startCollector } from "../platform/tracing/collector.ts";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe("the trace of a request", () => {
  let spans: CollectedSpan[] = [];
  let stopCollector = async () => {};
  const world = useApiWorld({}, async () => {
    const collector = await startCollector();
    spans = collector.spans;
    stopCollector = collector.stop;
    return { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } };
  });
  after(() => stopCollector());

  const linesOf = (traceId: string) =>
    world()
      .logLines.map((line) => JSON.parse(line))
      .filter((line) => line.traceId === traceId);

  it("is the one that the client names: in the reply, both logs and at the collector", async () => {
    const { call, engine, order, trader } = world();
    const marketId = await engine.createMarket("traced");
    const body = await order(await trader(), { marketId });
    const headers = { traceparent: TRACEPARENT, "X-Request-ID": "traced-1" };
    const { status, headers: told } = await call("POST", "/v1/orders", { body, headers });
    assert.equal(status, 201);
    const [, traceId, spanId] = (told.get("traceresponse") ?? "").split("-");
    assert.equal(traceId, TRACE_ID);
    const lines = linesOf(TRACE_ID);
    assert.deepEqual(lines.map(({ msg }) => msg).sort(), ["commands are durable", "request"]);
    assert.equal(lines.find(({ msg }) => msg === "request").spanId, spanId);
    await eventually(() => spans.some((span) => span.traceId === TRACE_ID));
    const sent = spans.find((span) => span.traceId === TRACE_ID);
    assert.deepEqual([sent?.parentSpanId, sent?.spanId], [PARENT_ID, spanId]);
    assert.deepEqual([sent?.name, sent?.service], ["POST /v1/orders", "agon-api"]);
    assert.equal(sent?.attributes["http.response.status_code"], 201);
    assert.equal(sent?.attributes["agon.request_id"], "traced-1");
  });

  it("is a new one where the client names none, or nonsense, and shows what went wrong", async () => {
    const { call } = world();
    const headers = { traceparent: "00-zz-1-01" };
    const reply = await call("GET", "/v1/markets/nowhere-at-all", { headers });
    const [, traceId = ""] = (reply.headers.get("traceresponse") ?? "").split("-");
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.equal(linesOf(traceId)[0]?.code, "market_unknown");
    await eventually(() => spans.some((span) => span.traceId === traceId));
    const sent = spans.find((span) => span.traceId === traceId);
    assert.equal(sent?.name, "GET /v1/markets/:slug", "the pattern, never the path");
    assert.equal(sent?.attributes["error.type"], "market_unknown");
  });
});
