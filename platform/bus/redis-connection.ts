import { Redis } from "ioredis";
import type { Log } from "../log.ts";

const MAX_RETRY_DELAY_MS = 500;

/**
 * One connection that reconnects by itself for as long as it is wanted.
 * `patient`: commands wait while Redis is away and are repeated after a break, so only commands that
 * may run twice go there. Otherwise they fail at once, and their sender decides.
 */
export function connectRedis(options: {
  url: string;
  log: Log;
  name: string;
  patient: boolean;
}): Redis {
  const { url, log, name, patient } = options;
  const redis = new Redis(url, {
    connectionName: `agon-${name}`,
    protocol: 2,
    enableOfflineQueue: patient,
    autoResendUnfulfilledCommands: patient,
    maxRetriesPerRequest: patient ? null : 0,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 50, MAX_RETRY_DELAY_MS),
  });
  let away = false;
  redis.on("error", (error) => {
    if (!away) log.warn({ err: error, connection: name }, "Redis is away; trying again");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info({ connection: name }, "Redis is back");
    away = false;
  });
  return redis;
}
