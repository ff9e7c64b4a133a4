import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { ApiProblem } from "../problem.ts";

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

/** Counts `cost` uses of `key`. @throws LimitReached with the seconds to wait. */
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

/** The refusal `rate_limited`, with what is left and when it is over. */
export class LimitReached extends ApiProblem {
  readonly standing: RateLimiterRes;

  constructor(standing: RateLimiterRes) {
    super("rate_limited", {
      retryAfterSeconds: Math.max(1, Math.ceil(standing.msBeforeNext / 1000)),
    });
    this.standing = standing;
  }
}
