import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  currentTrace,
  formatTraceparent,
  parseTraceparent,
  runInTrace,
} from "../../../platform/tracing/trace-context.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID = "00f067aa0ba902b7";

describe("a traceparent header", () => {
  const wrong = [
    "",
    "hello",
    `00-${TRACE_ID}-${SPAN_ID}`,
    `00-${"0".repeat(32)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${"0".repeat(16)}-01`,
    `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`,
    `ff-${TRACE_ID}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-01-more`,
  ];
  for (const header of wrong) {
    it(`is none when it is ${header || "empty"}`, () => {
      assert.equal(parseTraceparent(header), null);
    });
  }

  it("gives trace, span and whether someone records it, and is written as it was read", () => {
    const context = { traceId: TRACE_ID, spanId: SPAN_ID, isSampled: true };
    assert.deepEqual(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-01`), context);
    assert.equal(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-02`)?.isSampled, false);
    assert.deepEqual(parseTraceparent(`01-${TRACE_ID}-${SPAN_ID}-01-more`), context);
    assert.deepEqual(parseTraceparent(formatTraceparent(context)), context);
  });

  it("holds for all that is started within it, and for nothing else", async () => {
    const context = { traceId: TRACE_ID, spanId: SPAN_ID, isSampled: false };
    const later = await runInTrace(context, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return currentTrace();
    });
    assert.equal(later, context);
    assert.equal(currentTrace(), null);
  });
});
