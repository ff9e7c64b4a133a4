import type { Redis } from "ioredis";
import type { Log } from "../log.ts";
import type { BusLimits, PublishedBatch } from "./bus.ts";

const SEND_MAX = 512;
/** Of text in one sending, give or take one batch. */
const SEND_CHARS = 16 << 20;
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

  /** As many of those that wait as one sending should hold. */
  function take(): { id: number; prev: number; text: string }[] {
    const taken: { id: number; prev: number; text: string }[] = [];
    for (let chars = 0; chars < SEND_CHARS && taken.length < SEND_MAX; ) {
      const batch = waiting[taken.length];
      if (batch === undefined) break;
      const text = JSON.stringify(batch.payload);
      chars += text.length;
      taken.push({ id: batch.id, prev: batch.prev, text });
    }
    waiting.splice(0, taken.length);
    return taken;
  }

  async function send(batches: ReturnType<typeof take>): Promise<void> {
    const pipeline = redis.pipeline();
    for (const { id, prev, text } of batches) {
      pipeline.xadd(key, "MAXLEN", "~", limits.maxEvents, `${id}-0`, "prev", prev, "payload", text);
    }
    const results = (await pipeline.exec()) ?? [];
    for (const [error] of results) {
      if (error && !ALREADY_THERE.test(error.message)) throw error;
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batches = take();
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
