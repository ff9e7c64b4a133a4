import { randomUUID } from "node:crypto";
import type Koa from "koa";
import type { TraceContext } from "../../platform/tracing/trace-context.ts";

/** What every request carries on its way. */
export interface RequestState {
  requestId: string;
  /** Null for what fails before its trace is read. */
  trace: TraceContext | null;
  /** The pattern of the matched route, for logs and metrics; null when none matched. */
  routePath: string | null;
  account: string | null;
  code: string | null;
}

const GIVEN = /^[A-Za-z0-9._:-]{1,64}$/;

/** Takes the client's X-Request-ID when it is harmless, else makes one; returns it either way. */
export function requestId(): Koa.Middleware<RequestState> {
  return async (ctx, next) => {
    const given = ctx.get("X-Request-ID");
    ctx.state.requestId = GIVEN.test(given) ? given : randomUUID();
    ctx.state.trace = null;
    ctx.state.routePath = null;
    ctx.state.account = null;
    ctx.state.code = null;
    ctx.set("X-Request-ID", ctx.state.requestId);
    await next();
  };
}
