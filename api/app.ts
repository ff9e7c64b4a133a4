import cors from "@koa/cors";
import Koa from "koa";
import { mountRoutes } from "./http/mount-routes.ts";
import type { AnyRoute } from "./http/route.ts";
import { IDEMPOTENCY_HEADER, REPLAYED_HEADER } from "./idempotency/idempotency-key.ts";
import { isClientHangUp } from "./middleware/client-hang-up.ts";
import { errorHandler } from "./middleware/error-handler.ts";
import { requestId } from "./middleware/request-id.ts";
import { requestLog } from "./middleware/request-log.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { traceRequests } from "./middleware/trace.ts";
import { ALL_ROUTES } from "./routes/all-routes.ts";
import type { Services } from "./services.ts";

const EXPOSED_HEADERS = [
  "X-Request-ID",
  "traceresponse",
  "ETag",
  "Content-Disposition",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  REPLAYED_HEADER,
];

/** The allow-list; a page of an origin that is not on it gets no CORS headers. */
function allowListed(origins: readonly string[]) {
  return (ctx: Koa.Context): string => {
    const origin = ctx.get("Origin");
    return origins.includes(origin) ? origin : "";
  };
}

/** The HTTP side as a Koa application: head to tail in the order below. */
export function createApp(services: Services, routes: readonly AnyRoute[] = ALL_ROUTES): Koa {
  const { config, log, metrics } = services;
  const app = new Koa({ proxy: config.TRUST_PROXY > 0, maxIpsCount: config.TRUST_PROXY });
  app.on("error", (error) => {
    if (isClientHangUp(error)) log.debug({ err: error }, "a client hung up");
    else log.error({ err: error }, "bug: an error passed the handler");
  });
  app.use(requestId());
  app.use(traceRequests(services.tracer));
  app.use(requestLog(log, metrics));
  app.use(errorHandler(log, metrics));
  app.use(
    securityHeaders({
      // Nothing from elsewhere, and no script at all: `/docs` is a page without any.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          "default-src": ["'self'"],
          "base-uri": ["'none'"],
          "form-action": ["'none'"],
          "frame-ancestors": ["'none'"],
          "img-src": ["'self'", "data:"],
          "object-src": ["'none'"],
          "script-src": ["'none'"],
          "style-src": ["'self'", "'unsafe-inline'"],
        },
      },
      // Local development is plain HTTP; a browser that was told otherwise would not come back.
      strictTransportSecurity: config.COOKIE_SECURE,
    }),
  );
  app.use(
    cors({
      origin: allowListed(config.CORS_ORIGINS),
      credentials: true,
      exposeHeaders: EXPOSED_HEADERS,
      allowHeaders: [
        "Content-Type",
        "Authorization",
        "X-Request-ID",
        "If-None-Match",
        "traceparent",
        IDEMPOTENCY_HEADER,
      ],
      maxAge: 600,
    }),
  );
  app.use((ctx, next) => {
    // What belongs to one account, or to one moment, is no cache's; a reply with an ETag says otherwise.
    ctx.set("Cache-Control", "no-store");
    return next();
  });
  app.use(mountRoutes(routes, services));
  return app;
}
