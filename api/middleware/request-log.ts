import type Koa from "koa";
import type { Log } from "../../platform/log.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import type { RequestState } from "./request-id.ts";

/**
 * One line and one observation per request. Neither headers, query nor body are logged: that is
 * where the secrets are.
 */
export function requestLog(log: Log, metrics: ApiMetrics): Koa.Middleware<RequestState> {
  return async (ctx, next) => {
    const start = process.hrtime.bigint();
    await next();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { requestId, trace, routePath, account, code } = ctx.state;
    const route = routePath ?? "none";
    const labels = { method: routePath ? ctx.method : "other", route, status: String(ctx.status) };
    metrics.requests.inc(labels);
    metrics.requestSeconds.observe(labels, seconds);
    const line = {
      requestId,
      ...(trace === null ? {} : { traceId: trace.traceId, spanId: trace.spanId }),
      method: ctx.method,
      path: ctx.path,
      route,
      status: ctx.status,
      durationMs: Math.round(seconds * 1e6) / 1000,
      ...(account === null ? {} : { account }),
      ...(code === null ? {} : { code }),
    };
    if (ctx.status >= 500) log.error(line, "request");
    else log.info(line, "request");
  };
}
