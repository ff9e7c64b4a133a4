import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as OTLP's JSON has it. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  service: string;
  attributes: Record<string, string | number | boolean>;
  links: string[];
  statusCode: number;
}

interface OtlpValue {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
}
interface OtlpAttribute {
  key: string;
  value: OtlpValue;
}

function readValue({ stringValue, intValue, doubleValue, boolValue }: OtlpValue) {
  return stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue));
}

function attributesOf(list: OtlpAttribute[] = []): CollectedSpan["attributes"] {
  const entries = list.map(({ key, value }) => [key, readValue(value)]);
  return Object.fromEntries(entries);
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP's JSON.
function spansOf(body: any): CollectedSpan[] {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return body.resourceSpans.flatMap((resource: any) => {
    const service = String(attributesOf(resource.resource.attributes)["service.name"]);
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const spans = resource.scopeSpans.flatMap((scope: any) => scope.spans);
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    return spans.map((span: any) => ({
      ...span,
      service,
      attributes: attributesOf(span.attributes),
      links: (span.links ?? []).map(({ traceId }: { traceId: string }) => traceId),
      statusCode: span.status?.code ?? 0,
    }));
  });
}

/** An OTLP collector on a free port that keeps the spans that it is sent. */
export async function startCollector(): Promise<{
  endpoint: string;
  spans: CollectedSpan[];
  stop(): Promise<void>;
}> {
  const spans: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const isTraces = request.url === "/v1/traces" && request.method === "POST";
      if (isTraces) spans.push(...spansOf(JSON.parse(Buffer.concat(parts).toString())));
      response.writeHead(isTraces ? 200 : 404, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
