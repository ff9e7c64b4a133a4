import type { ServerResponse } from "node:http";
import type Koa from "koa";
import helmet from "koa-helmet";

/** Helmet's headers. None of them depends on the request, so they are composed once. */
export function securityHeaders(options: Parameters<typeof helmet>[0]): Koa.Middleware {
  const headers = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: () => {},
  } as unknown as ServerResponse;
  const composed = helmet(options)({ res: response } as Koa.Context, async () => {});
  return async (ctx, next) => {
    await composed;
    ctx.res.setHeaders(headers);
    await next();
  };
}
