import type { Redis } from "ioredis";
import type { Log } from "../log.ts";
import type { BusLimits, PublishedBatch } from "./bus.ts";

const SEND_MAX = 512;
const DRAIN_TIMEOUT_MS = 2_000;
/** Redis's answer to an explicit id that it has already passed: the batch is there. */
const ALREADY_THERE = /equal or smaller than the target stream top item/;

/** Batches on their way to the events stream, in order. */
export interface RedisOutbox {
  add(batches: readonly PublishedBatch[]): void;
  /** Resolves when all are sent, or after a while when Redis is away. */
  drain(): Promise<void>;
}

/** Bounded: when Redis is away for long the oldest fall out, and subscribers see the hole by `prev`. */
export function createRedisOutbox(options: {
  redis: Redis;
  key: string;
  limits: BusLimits;
  log: Log;
}): RedisOutbox {
  const { redis, key, limits, log } = options;
  let waiting: PublishedBatch[] = [];
  let sending: Promise<void> | null = null;

  async function send(batches: PublishedBatch[]): Promise<void> {
    const pipeline = redis.pipeline();
    for (const { id, prev, payload } of batches) {
      const text = JSON.stringify(payload);
      pipeline.xadd(key, "MAXLEN", "~", limits.maxEvents, `${id}-0`, "prev", prev, "payload", text);
    }
    const results = (await pipeline.exec()) ?? [];
    for (const [error] of results) {
      if (error && !ALREADY_THERE.test(error.message)) throw error;
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batches = waiting.splice(0, SEND_MAX);
      await send(batches).catch((error: unknown) => {
        log.error({ err: error, firstId: batches[0]?.id }, "events were not published");
      });
    }
    sending = null;
  }

  return {
    add: (batches) => {
      for (const batch of batches) waiting.push(batch);
      if (waiting.length > limits.maxOutbox) {
        log.error({ dropped: waiting.length - limits.maxOutbox }, "the outbox is full");
        waiting = waiting.slice(-limits.maxOutbox);
      }
      if (waiting.length > 0) sending ??= sendAll();
    },
    drain: async () => {
      if (!sending) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, DRAIN_TIMEOUT_MS);
      });
      await Promise.race([sending, late]);
      clearTimeout(timer);
    },
  };
}
