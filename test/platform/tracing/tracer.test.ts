import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createLog } from "../../../platform/log.ts";
import { createTracer, silentTracer } from "../../../platform/tracing/tracer.ts";
import { startCollector } from "./collector.ts";

const log = createLog({ service: "test", level: "silent" });
const PARENT = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  isSampled: true,
};

describe("a tracer without an endpoint", () => {
  it("goes on with a trace, or begins one that nobody records", async () => {
    const tracer = await createTracer({ service: "x", endpoint: undefined, sampleRatio: 1, log });
    assert.equal(tracer, silentTracer);
    const { context } = tracer.start("a", { kind: "server", parent: PARENT });
    assert.equal(context.traceId, PARENT.traceId);
    assert.notEqual(context.spanId, PARENT.spanId);
    assert.equal(context.isSampled, true);
    const own = tracer.start("b", { kind: "server", parent: null }).context;
    assert.match(own.traceId, /^[0-9a-f]{32}$/);
    assert.equal(own.isSampled, false);
  });
});

describe("a tracer with an endpoint", () => {
  it("sends each span with its parent, links, attributes and failure", async () => {
    const collector = await startCollector();
    const { endpoint } = collector;
    const tracer = await createTracer({ service: "agon-x", endpoint, sampleRatio: 1, log });
    const link = { ...PARENT, traceId: "a".repeat(32) };
    const span = tracer.start("work", { kind: "consumer", parent: PARENT, links: [link] });
    span.end({ name: "renamed", attributes: { "agon.fills": 3 }, isError: true });
    await tracer.stop();
    const [sent] = collector.spans;
    await collector.stop();
    assert.equal(sent?.traceId, PARENT.traceId);
    assert.equal(sent?.parentSpanId, PARENT.spanId);
    assert.equal(sent?.spanId, span.context.spanId);
    assert.deepEqual([sent?.service, sent?.name, sent?.statusCode], ["agon-x", "renamed", 2]);
    assert.deepEqual(sent?.attributes, { "agon.fills": 3 });
    assert.deepEqual(sent?.links, [link.traceId]);
  });

  it("sends nothing of a trace whose beginner wants none, nor of its own at ratio 0", async () => {
    const collector = await startCollector();
    const { endpoint } = collector;
    const tracer = await createTracer({ service: "agon-x", endpoint, sampleRatio: 0, log });
    tracer.start("a", { kind: "server", parent: null }).end();
    tracer.start("b", { kind: "server", parent: { ...PARENT, isSampled: false } }).end();
    tracer.start("wanted", { kind: "server", parent: PARENT }).end();
    await tracer.stop();
    await collector.stop();
    assert.deepEqual(
      collector.spans.map(({ name }) => name),
      ["wanted"],
    );
  });

  it("stops in bounded time though its collector is away", async () => {
    const tracer = await createTracer({
      service: "agon-x",
      endpoint: "http://127.0.0.1:9",
      sampleRatio: 1,
      log,
    });
    tracer.start("lost", { kind: "server", parent: null }).end();
    const start = performance.now();
    await tracer.stop();
    assert.ok(performance.now() - start < 4_000);
  });
});
