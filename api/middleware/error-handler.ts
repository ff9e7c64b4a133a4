import type Koa from "koa";
import type { Log } from "../../platform/log.ts";
import { type ErrorCode, errorStatus } from "../../protocol/errors.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import { ApiProblem, problemBody } from "../problem.ts";
import { isDatabaseAway } from "./database-away.ts";
import type { RequestState } from "./request-id.ts";

/** What Koa and its packages throw, by HTTP status. */
const CODE_BY_STATUS: Record<number, ErrorCode> = {
  400: "body_malformed",
  404: "not_found",
  405: "method_not_allowed",
  413: "body_too_large",
  415: "media_type_unsupported",
};

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" ? status : 500;
}

function asProblem(error: unknown, log: Log, requestId: string): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const code = CODE_BY_STATUS[statusOf(error)];
  if (code !== undefined) return new ApiProblem(code);
  if (isDatabaseAway(error)) {
    log.error({ err: error, requestId }, "the database does not answer");
    return new ApiProblem("database_unavailable", { retryAfterSeconds: 1 });
  }
  log.error({ err: error, requestId }, "bug: a request failed");
  return new ApiProblem("internal");
}

/** Head of the chain: whatever goes wrong leaves as problem+json with a code. */
export function errorHandler(log: Log, metrics: ApiMetrics): Koa.Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const { requestId } = ctx.state;
      const problem = asProblem(error, log, requestId);
      if (errorStatus(problem.code) >= 500 && problem.code !== "internal") {
        log.warn({ err: problem.cause, code: problem.code, requestId }, "a request was refused");
      }
      ctx.state.code = problem.code;
      metrics.problems.inc({ code: problem.code });
      ctx.status = errorStatus(problem.code);
      ctx.body = JSON.stringify(problemBody(problem, requestId));
      ctx.set("Content-Type", "application/problem+json; charset=utf-8");
      if (problem.retryAfterSeconds !== undefined) {
        ctx.set("Retry-After", String(problem.retryAfterSeconds));
      }
    }
  };
}
