import type { Log } from "../log.ts";
import { randomHex } from "./random-hex.ts";
import type { TraceContext } from "./trace-context.ts";

export type SpanKind = "server" | "consumer" | "producer";

export interface SpanStart {
  kind: SpanKind;
  /** The span that this one is a part of; null begins a trace. */
  parent: TraceContext | null;
  /** Other traces that the work serves too. */
  links?: readonly TraceContext[];
  /** Unix milliseconds; now when absent. */
  startMs?: number;
}

export interface SpanEnd {
  /** In place of the one that it began with: a route is known late. */
  name?: string;
  attributes?: Readonly<Record<string, string | number | boolean>>;
  isError?: boolean;
}

/** A piece of work with a place in a trace. */
export interface Span {
  readonly context: TraceContext;
  end(outcome?: SpanEnd): void;
}

/** Gives work its place in a trace, and tells a collector where one is set. */
export interface Tracer {
  /** Whether a collector is told. */
  readonly isExporting: boolean;
  start(name: string, options: SpanStart): Span;
  /** Sends what is left, within a bounded time. */
  stop(): Promise<void>;
}

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Traces that nobody records, but that still tie log lines together. */
export const silentTracer: Tracer = {
  isExporting: false,
  start: (_name, { parent }) => ({
    context: {
      traceId: parent?.traceId ?? randomHex(TRACE_ID_BYTES),
      spanId: randomHex(SPAN_ID_BYTES),
      isSampled: parent?.isSampled ?? false,
    },
    end: () => {},
  }),
  stop: async () => {},
};

/** A tracer that exports to an OTLP endpoint, or a silent one without. The SDK is loaded only when needed. */
export async function createTracer(options: {
  service: string;
  /** Base URL of a collector's OTLP over HTTP: spans go to its `/v1/traces`. */
  endpoint: string | undefined;
  /** 0 … 1 of the traces that begin here; of others, their beginner decides. */
  sampleRatio: number;
  log: Log;
}): Promise<Tracer> {
  const { endpoint } = options;
  if (endpoint === undefined) return silentTracer;
  const { createOtlpTracer } = await import("./otlp-tracer.ts");
  return createOtlpTracer({ ...options, endpoint });
}
