import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCommandTraces } from "../../../offchain-engine/server/command-traces.ts";
import { FillTraces } from "../../../offchain-engine/server/fill-traces.ts";
import { createLog } from "../../../platform/log.ts";
import { formatTraceparent } from "../../../platform/tracing/trace-context.ts";
import { silentTracer } from "../../../platform/tracing/tracer.ts";
import type { Verdict } from "../../../protocol/engine/request.ts";

function traceOf(digit: string, isSampled = true) {
  return { traceId: digit.repeat(32), spanId: digit.repeat(16), isSampled };
}

function placed(fillSeqs: number[], repeated = false): Verdict {
  const fills = fillSeqs.map((fillSeq) => ({ fillSeq }));
  return { ok: true, kind: "place", order: {}, fills, repeated } as unknown as Verdict;
}

function batch(firstFillSeq: number, lastFillSeq: number) {
  const facts = { batchId: 1, journalSeq: 9, transactionHash: "0x1", oldestFillMs: null };
  return { ...facts, firstFillSeq, lastFillSeq };
}

function world() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ service: "engine", destination });
  return { traces: createCommandTraces(silentTracer, log), lines };
}

describe("the traces of fills", () => {
  it("name a trace once, and forget the oldest when there are too many", () => {
    const traces = new FillTraces(2);
    traces.remember(1, traceOf("a"));
    traces.remember(2, traceOf("b"));
    traces.remember(3, traceOf("b"));
    assert.deepEqual(traces.of(1, 3), [traceOf("b")]);
    assert.deepEqual(traces.of(4, 9), []);
  });
});

describe("what the engine tells of a request's trace", () => {
  it("is nothing without one", () => {
    const { traces, lines } = world();
    traces.follow(undefined)([placed([1])]);
    traces.follow("garbage")([placed([2])]);
    assert.deepEqual(traces.settled(batch(1, 2)), []);
    assert.deepEqual(lines, []);
  });

  it("leads from the request to its commands, and from these to the batch that settles them", () => {
    const { traces, lines } = world();
    const a = traces.follow(formatTraceparent(traceOf("a")));
    const b = traces.follow(formatTraceparent(traceOf("b", false)));
    a([placed([1, 2]), { ok: false, code: "self_trade" }]);
    b([placed([3]), placed([1], true)]);
    assert.deepEqual(traces.settled(batch(1, 2)), ["a".repeat(32)]);
    assert.deepEqual(traces.settled(batch(2, 3)), ["a".repeat(32), "b".repeat(32)]);
    assert.equal(lines.length, 1, "of a trace that nobody records there is no line");
    const line = JSON.parse(lines[0] ?? "");
    assert.equal(line.traceId, "a".repeat(32));
    assert.deepEqual([line.commands, line.refused, line.fills], [2, 1, 2]);
    assert.deepEqual([line.firstFillSeq, line.lastFillSeq], [1, 2]);
  });
});
