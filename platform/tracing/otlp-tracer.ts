import {
  type Context,
  type SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Log } from "../log.ts";
import type { TraceContext } from "./trace-context.ts";
import type { SpanKind, Tracer } from "./tracer.ts";

/** As `@opentelemetry/api` numbers them. */
const KINDS: Record<SpanKind, OtelSpanKind> = { server: 1, producer: 3, consumer: 4 };
const SPANS_QUEUED_MAX = 2048;
const SPANS_PER_EXPORT = 512;
const EXPORT_DELAY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 2_000;

function spanContextOf({ traceId, spanId, isSampled }: TraceContext): SpanContext {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function parentOf(context: TraceContext | null): Context {
  return context ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(context)) : ROOT_CONTEXT;
}

/** Spans in batches to `<endpoint>/v1/traces` as JSON. What a slow collector cannot take is dropped. */
export function createOtlpTracer(options: {
  service: string;
  endpoint: string;
  sampleRatio: number;
  log: Log;
}): Tracer {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": options.service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: SPANS_QUEUED_MAX,
        maxExportBatchSize: SPANS_PER_EXPORT,
        scheduledDelayMillis: EXPORT_DELAY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer("agon");
  options.log.info({ service: options.service }, "traces go to the OTLP endpoint");

  return {
    isExporting: true,
    start(name, { kind, parent, links = [], startMs }) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          links: links.map((link) => ({ context: spanContextOf(link) })),
          ...(startMs === undefined ? {} : { startTime: startMs }),
        },
        parentOf(parent),
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        end({ name: finalName, attributes = {}, isError = false } = {}) {
          if (finalName !== undefined) span.updateName(finalName);
          span.setAttributes(attributes);
          if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async stop() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_TIMEOUT_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };
}
