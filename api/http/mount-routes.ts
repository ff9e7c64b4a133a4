import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Router } from "@koa/router";
import type Koa from "koa";
import type { z } from "zod";
import { BODY_BYTES_MAX } from "../config.ts";
import { answerOnce } from "../idempotency/answer-once.ts";
import { REPLAYED_HEADER } from "../idempotency/idempotency-key.ts";
import type { RecordedReply } from "../idempotency/idempotency-store.ts";
import { requestFingerprint } from "../idempotency/request-fingerprint.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { ApiProblem, type FieldError, fieldErrors } from "../problem.ts";
import type { Services } from "../services.ts";
import { authenticate } from "./authenticate.ts";
import { idempotencyKeyOf, repetitionOf, scopeOf } from "./keyed-request.ts";
import type { AnyRoute } from "./route.ts";

function parsePart(
  schema: z.ZodType | undefined,
  where: FieldError["in"],
  value: unknown,
  errors: FieldError[],
): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  errors.push(...fieldErrors(where, parsed.error));
  return undefined;
}

function parseInput(declared: AnyRoute, ctx: Koa.Context) {
  const errors: FieldError[] = [];
  const input = {
    params: parsePart(declared.params, "path", ctx["params"], errors),
    // A repeated parameter keeps its list, which no schema takes.
    query: parsePart(declared.query, "query", declared.query && { ...ctx.query }, errors),
    body: parsePart(declared.body, "body", ctx.request.body, errors),
  };
  if (errors.length > 0) throw new ApiProblem("validation_failed", { errors });
  return input;
}

function handlerOf(declared: AnyRoute, services: Services): Koa.Middleware {
  return async (ctx) => {
    const session = await authenticate(ctx, declared, services);
    ctx.state["account"] = session?.account ?? null;
    const input = parseInput(declared, ctx);
    const extra = declared.extraCost?.(input) ?? 0;
    if (extra > 0) await services.limits.charge(ctx, declared, extra);
    const requestId: string = ctx.state["requestId"];
    const carryOut = async () => {
      const reply = await declared.handle({ ...input, session, services, requestId, ctx });
      return asSent(reply, declared);
    };
    if (declared.method === "get") {
      const reply = await declared.handle({ ...input, session, services, requestId, ctx });
      return sendRead(ctx, reply, declared);
    }
    const key = idempotencyKeyOf(declared, ctx);
    if (key === null) return send(ctx, await carryOut());
    const { log, idempotency: store, config } = services;
    const { reply, isReplayed } = await answerOnce(
      {
        key,
        route: `${ctx.method} ${declared.path}`,
        fingerprint: requestFingerprint(input),
        ...scopeOf(ctx, session, config),
      },
      repetitionOf(declared),
      { store, log, requestId, carryOut },
    );
    send(ctx, reply);
    if (!isReplayed) return;
    ctx.set(REPLAYED_HEADER, "true");
    if (reply.status >= 400) ctx.state["code"] = JSON.parse(reply.body).code;
  };
}

/** A reply as it goes out. */
function asSent(
  reply: { status: number; body: unknown; headers?: Record<string, string> },
  { produces = "application/json; charset=utf-8" }: AnyRoute,
): RecordedReply {
  const { status, body, headers } = reply;
  return {
    status,
    headers: { ...headers, "Content-Type": produces },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function send(ctx: Koa.Context, { status, headers, body }: RecordedReply): void {
  ctx.status = status;
  // Before the body, for which Koa would else look for a type.
  ctx.set(headers);
  ctx.body = body;
}

function sendRead(
  ctx: Koa.Context,
  reply: { status: number; body: unknown; headers?: Record<string, string> },
  declared: AnyRoute,
): void {
  if (reply.body instanceof Readable) {
    ctx.status = reply.status;
    ctx.body = reply.body;
    ctx.set(reply.headers ?? {});
    return;
  }
  send(ctx, asSent(reply, declared));
  if (declared.files) ctx.vary("Accept");
  if (declared.hasEtag && reply.status === 200) answerFresh(ctx);
}

/** Names the body by its hash; a client that has it already gets an empty 304. */
function answerFresh(ctx: Koa.Context): void {
  const hash = createHash("sha256").update(String(ctx.body)).digest("base64url");
  const tag = `"${hash.slice(0, 27)}"`;
  ctx.set("ETag", `W/${tag}`);
  ctx.set("Cache-Control", "no-cache");
  // Not by `ctx.fresh`: fetch sends Cache-Control: no-cache beside a condition of its caller's.
  const wanted = ctx.get("If-None-Match").split(",");
  if (!wanted.some((one) => one.trim().replace(/^W\//, "") === tag)) return;
  ctx.status = 304;
  ctx.body = null;
}

/** All that happens to a request of one route, from its allowance to its reply. */
function serveRoute(declared: AnyRoute, services: Services): Koa.Middleware {
  const { path, cost = 1 } = declared;
  const handle = handlerOf(declared, services);
  const readBody = declared.body ? jsonBody(declared.bodyBytesMax ?? BODY_BYTES_MAX) : null;
  return async (ctx, next) => {
    ctx.state["routePath"] = path;
    await services.limits.charge(ctx, declared, cost);
    if (readBody === null) return handle(ctx, next);
    return readBody(ctx, () => Promise.resolve(handle(ctx, next)));
  };
}

/** A Koa middleware that serves the declared routes; other methods and paths are refused by code. */
export function mountRoutes(routes: readonly AnyRoute[], services: Services): Koa.Middleware {
  const router = new Router({ sensitive: true });
  const plain = new Map<string, Koa.Middleware>();
  for (const declared of routes) {
    const { method, path } = declared;
    const serveOne = serveRoute(declared, services);
    router.register(path, [method], [serveOne]);
    if (!path.includes(":")) plain.set(`${method.toUpperCase()} ${path}`, serveOne);
  }
  const serve = router.routes() as unknown as Koa.Middleware;
  const methodsByPath = methodsOfPlainPaths(routes);
  return async (ctx, next) => {
    // A trailing slash is the same route.
    const path = ctx.path.replace(/(?<=.)\/$/, "");
    // The router would try one pattern after the other.
    const serveOne = plain.get(`${ctx.method === "HEAD" ? "GET" : ctx.method} ${path}`);
    if (serveOne) return serveOne(ctx, next);
    const declared = methodsByPath.get(path);
    if (!declared) await serve(ctx, next);
    if (ctx.state["routePath"] !== null) return;
    await services.limits.charge(ctx, {}, 1);
    if (declared) refuseMethod(ctx, declared);
    const methods = methodsOf(router, ctx.path);
    if (methods.length === 0) throw new ApiProblem("not_found");
    refuseMethod(ctx, methods);
  };
}

function refuseMethod(ctx: Koa.Context, methods: readonly string[]): never {
  ctx.set("Allow", methods.join(", "));
  throw new ApiProblem("method_not_allowed", { details: { allow: methods } });
}

/** Paths without parameters: one of them, `/v1/orders/batch`, also fits another's `:hash`. */
function methodsOfPlainPaths(routes: readonly AnyRoute[]): Map<string, string[]> {
  const plain = routes.filter(({ path }) => !path.includes(":"));
  const byPath = Map.groupBy(plain, ({ path }) => path);
  const entries = [...byPath].map(([path, declared]): [string, string[]] => {
    const methods = declared.map(({ method }) => method.toUpperCase());
    return [path, [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].sort()];
  });
  return new Map(entries);
}

function methodsOf(router: Pick<Router, "match">, path: string): string[] {
  const layers = router.match(path, "OPTIONS").path;
  return [...new Set(layers.flatMap((layer) => layer.methods))].sort();
}
