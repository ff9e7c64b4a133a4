import type Koa from "koa";
import {
  formatTraceparent,
  parseTraceparent,
  runInTrace,
} from "../../platform/tracing/trace-context.ts";
import type { Tracer } from "../../platform/tracing/tracer.ts";
import type { RequestState } from "./request-id.ts";

/**
 * Goes on with the trace that the client's `traceparent` names, or begins one. All that the request starts
 * runs within it; `traceresponse` tells the client where to look.
 */
export function traceRequests(tracer: Tracer): Koa.Middleware<RequestState> {
  return async (ctx, next) => {
    const parent = parseTraceparent(ctx.get("traceparent"));
    const span = tracer.start(ctx.method, { kind: "server", parent });
    ctx.state.trace = span.context;
    ctx.set("traceresponse", formatTraceparent(span.context));
    await runInTrace(span.context, next);
    const { requestId, routePath, code } = ctx.state;
    span.end({
      name: `${ctx.method} ${routePath ?? "none"}`,
      isError: ctx.status >= 500,
      attributes: {
        "http.request.method": ctx.method,
        "http.route": routePath ?? "none",
        "http.response.status_code": ctx.status,
        "agon.request_id": requestId,
        ...(code === null ? {} : { "error.type": code }),
      },
    });
  };
}
