import { bodyParser } from "@koa/bodyparser";
import type Koa from "koa";
import { ApiProblem } from "../problem.ts";

/** Whether the request brings a body at all. */
function hasBody(ctx: Koa.Context): boolean {
  if (ctx.request.headers["transfer-encoding"] !== undefined) return true;
  return Number(ctx.request.headers["content-length"] ?? 0) > 0;
}

/** Reads a JSON body of at most `limitBytes` into `ctx.request.body`. */
export function jsonBody(limitBytes: number): Koa.Middleware {
  const parse = bodyParser({
    enableTypes: ["json"],
    jsonLimit: limitBytes,
    onError(error) {
      // A body that is not what its Content-Encoding says fails in zlib, with no status of its own.
      if ("status" in error) throw error;
      throw new ApiProblem("body_malformed", { cause: error });
    },
  });
  return async (ctx, next) => {
    if (!hasBody(ctx)) return next();
    const isPlain = ctx.request.headers["content-type"] === "application/json";
    if (!isPlain && !ctx.request.is("application/json"))
      throw new ApiProblem("media_type_unsupported");
    await parse(ctx, async () => {});
    return next();
  };
}
