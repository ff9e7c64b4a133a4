import { AsyncLocalStorage } from "node:async_hooks";

/** Where a piece of work stands in its trace, as W3C Trace Context has it. */
export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits: of the span that the work is, or belongs to. */
  spanId: string;
  /** Whether someone records the trace: then its lines are worth their place in a log. */
  isSampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
const SAMPLED_FLAG = 1;

/** Reads a `traceparent` header; null for none, or for one that is not valid. */
export function parseTraceparent(header: string): TraceContext | null {
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(header) ?? [];
  // Version ff is none; only versions after 00 may bring more fields.
  if (version === undefined || version === "ff" || (version === "00" && more)) return null;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0 };
}

/** The context as a `traceparent` header. */
export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}

const current = new AsyncLocalStorage<TraceContext>();

/** Runs work, and all that it starts, within a trace. */
export function runInTrace<Value>(context: TraceContext, work: () => Value): Value {
  return current.run(context, work);
}

/** The trace in which the caller runs; null outside any. */
export function currentTrace(): TraceContext | null {
  return current.getStore() ?? null;
}
