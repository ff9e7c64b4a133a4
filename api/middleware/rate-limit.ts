import type { Redis } from "ioredis";
import type Koa from "koa";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { ApiProblem } from "../problem.ts";

const WINDOW_SECONDS = 60;

/** A counter per key and window: in Redis, so that replicas share it, else in memory. */
export function createLimiter(options: {
  redis: Redis | null;
  name: string;
  points: number;
  windowSeconds: number;
}): RateLimiterAbstract {
  const common = {
    keyPrefix: `agon:limit:${options.name}`,
    points: options.points,
    duration: options.windowSeconds,
  };
  const memory = new RateLimiterMemory(common);
  if (!options.redis) return memory;
  // While Redis is away each replica counts for itself.
  return new RateLimiterRedis({ ...common, storeClient: options.redis, insuranceLimiter: memory });
}

/** Counts `cost` uses of `key`. @throws ApiProblem `rate_limited` with the seconds to wait. */
export async function consume(
  limiter: RateLimiterAbstract,
  key: string,
  cost = 1,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key, cost);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw new LimitReached(error);
    throw error;
  }
}

/** The refusal, with what is left and when it is over. */
export class LimitReached extends ApiProblem {
  readonly standing: RateLimiterRes;

  constructor(standing: RateLimiterRes) {
    super("rate_limited", {
      retryAfterSeconds: Math.max(1, Math.ceil(standing.msBeforeNext / 1000)),
    });
    this.standing = standing;
  }
}

/**
 * Cancels and heartbeats count for themselves: who may place no more orders may still take back those at
 * risk, and keep the others.
 */
type Bucket = "default" | "cancels";

function bucketOf({ method, path }: Koa.Context): Bucket {
  const isCancel = method === "DELETE" && /^\/v1\/orders(\/|$)/.test(path);
  const isHeartbeat = method === "POST" && /^\/v1\/heartbeat\/?$/.test(path);
  return isCancel || isHeartbeat ? "cancels" : "default";
}

function setHeaders(
  ctx: Koa.Context,
  bucket: Bucket,
  points: number,
  standing: RateLimiterRes,
): void {
  const resetSeconds = Math.ceil(standing.msBeforeNext / 1000);
  const remaining = Math.max(0, standing.remainingPoints);
  ctx.set("RateLimit-Policy", `"${bucket}";q=${points};w=${WINDOW_SECONDS}`);
  ctx.set("RateLimit", `"${bucket}";r=${remaining};t=${resetSeconds}`);
  ctx.set("X-RateLimit-Limit", String(points));
  ctx.set("X-RateLimit-Remaining", String(remaining));
  ctx.set("X-RateLimit-Reset", String(resetSeconds));
}

/** Requests per minute and client address, told in headers on every reply. */
export function rateLimit(options: {
  redis: Redis | null;
  requestsPerMinute: number;
  isExempt: (path: string) => boolean;
  /** How many requests one of that path counts as. */
  costOf: (path: string) => number;
}): Koa.Middleware {
  const { redis, requestsPerMinute: points } = options;
  const common = { redis, points, windowSeconds: WINDOW_SECONDS };
  const limiters: Record<Bucket, RateLimiterAbstract> = {
    default: createLimiter({ ...common, name: "http" }),
    cancels: createLimiter({ ...common, name: "cancels" }),
  };
  return async (ctx, next) => {
    if (options.isExempt(ctx.path)) return next();
    const bucket = bucketOf(ctx);
    // However tight the limit, the costliest request must be possible.
    const cost = Math.min(points, options.costOf(ctx.path));
    try {
      setHeaders(ctx, bucket, points, await consume(limiters[bucket], ctx.ip, cost));
    } catch (error) {
      if (error instanceof LimitReached) setHeaders(ctx, bucket, points, error.standing);
      throw error;
    }
    return next();
  };
}
