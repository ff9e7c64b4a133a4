import { randomUUID } from "node:crypto";
import type { Log } from "../log.ts";
import {
  type BusHandler,
  type BusLimits,
  type BusServer,
  DEFAULT_BUS_LIMITS,
  type PublishedBatch,
} from "./bus.ts";
import { connectRedis } from "./redis-connection.ts";
import { busKeys } from "./redis-keys.ts";
import { createRedisOutbox } from "./redis-outbox.ts";
import { readStream, type StreamEntry, type StreamReader } from "./redis-stream-reader.ts";

const ALIVE_TTL_MS = 3_000;
const HEARTBEAT_MS = 1_000;
const READ_COUNT = 256;
const REPLIES_MAX = 20_000;
const REPLIES_TTL_MS = 60_000;

/**
 * The engine's end over Redis Streams. A request is deleted when it is picked up, before it is
 * handled: one that a crash interrupts is never run twice, its sender meets `engine_timeout`. One
 * that still waits is served by the next engine if its deadline allows.
 */
export function createRedisBusServer(options: {
  redisUrl: string;
  namespace: string;
  log: Log;
  limits?: Partial<BusLimits>;
}): BusServer {
  const { redisUrl: url, log } = options;
  const limits = { ...DEFAULT_BUS_LIMITS, ...options.limits };
  const keys = busKeys(options.namespace);
  const writer = connectRedis({ url, log, name: "engine-writer", patient: true });
  const outbox = createRedisOutbox({ redis: writer, key: keys.events, limits, log });
  const identity = randomUUID();
  const working = new Set<Promise<void>>();
  /** Redis's clock less ours: deadlines are in Redis's time, whatever the machines' clocks say. */
  let clockOffsetMs = 0;
  let reader: StreamReader | null = null;
  let heartbeat: NodeJS.Timeout | null = null;

  async function beat(): Promise<void> {
    await writer.set(keys.alive, identity, "PX", ALIVE_TTL_MS);
    const [seconds, micros] = await writer.time();
    clockOffsetMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) - Date.now();
  }

  function beatOn(): void {
    heartbeat = setTimeout(async () => {
      await beat().catch((error: unknown) => log.warn({ err: error }, "no heartbeat"));
      if (heartbeat) beatOn();
    }, HEARTBEAT_MS);
  }

  async function answer(handler: BusHandler, fields: Record<string, string>): Promise<void> {
    const { client = "", request = "", payload = "null" } = fields;
    let body: string;
    try {
      const reply = await handler(JSON.parse(payload));
      body = JSON.stringify({ ok: true, reply: reply ?? null });
    } catch (error) {
      log.error({ err: error }, "the handler of a request threw");
      body = JSON.stringify({ ok: false, code: "internal" });
    }
    const key = keys.replies(client);
    await writer
      .multi()
      .xadd(key, "MAXLEN", "~", REPLIES_MAX, "*", "request", request, "body", body)
      .pexpire(key, REPLIES_TTL_MS)
      .exec()
      .catch((error: unknown) => log.warn({ err: error }, "a reply could not be sent"));
  }

  /** The id of an entry begins with the millisecond at which Redis took it. */
  function isStale({ id, fields }: StreamEntry): boolean {
    const sentAtMs = Number.parseInt(id, 10);
    return sentAtMs + Number(fields["timeoutMs"]) < Date.now() + clockOffsetMs;
  }

  async function take(handler: BusHandler, entries: StreamEntry[]): Promise<void> {
    await writer.xdel(keys.commands, ...entries.map(({ id }) => id));
    const fresh = entries.filter((entry) => !isStale(entry));
    if (fresh.length < entries.length) {
      log.warn(
        { dropped: entries.length - fresh.length },
        "dropped requests whose senders gave up",
      );
    }
    for (const { fields } of fresh) {
      const answered = answer(handler, fields);
      working.add(answered);
      void answered.finally(() => working.delete(answered));
    }
    while (working.size >= limits.maxInFlight) await Promise.race(working);
  }

  return {
    publishedThrough: async () => {
      const [last] = await writer.xrevrange(keys.events, "+", "-", "COUNT", 1);
      return last ? Number.parseInt(last[0], 10) : 0;
    },
    resetEvents: async () => {
      await writer.multi().del(keys.events).incr(keys.epoch).exec();
    },
    serve: async (handler) => {
      await beat();
      beatOn();
      reader = readStream({
        redis: connectRedis({ url, log, name: "engine-reader", patient: true }),
        key: keys.commands,
        after: "0",
        count: () => Math.max(1, Math.min(READ_COUNT, limits.maxInFlight - working.size)),
        onEntries: (entries) => take(handler, entries),
        log,
      });
    },
    publish: (batches: readonly PublishedBatch[]) => outbox.add(batches),
    close: async () => {
      if (heartbeat) clearTimeout(heartbeat);
      heartbeat = null;
      await reader?.close();
      await Promise.allSettled(working);
      await outbox.drain();
      // Unset only by its owner: a successor may serve already.
      if (writer.status === "ready" && (await writer.get(keys.alive)) === identity) {
        await writer.del(keys.alive);
      }
      writer.disconnect();
    },
  };
}
