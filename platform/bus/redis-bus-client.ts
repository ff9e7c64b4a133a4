import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Result } from "../../protocol/errors.ts";
import type { Log } from "../log.ts";
import { type BusClient, type BusLimits, DEFAULT_BUS_LIMITS } from "./bus.ts";
import { connectRedis } from "./redis-connection.ts";
import { busKeys } from "./redis-keys.ts";
import { readStream, type StreamEntry } from "./redis-stream-reader.ts";
import { subscribeRedis } from "./redis-subscription.ts";

/** In one step: is there an engine, has its queue room, then enqueue. */
const SEND_SCRIPT = `
  if redis.call("EXISTS", KEYS[1]) == 0 then return "engine_unavailable" end
  if redis.call("XLEN", KEYS[2]) >= tonumber(ARGV[1]) then return "engine_busy" end
  redis.call("XADD", KEYS[2], "*",
    "client", ARGV[2], "request", ARGV[3], "timeoutMs", ARGV[4], "payload", ARGV[5])
  return "sent"`;

type Sent = "sent" | "engine_unavailable" | "engine_busy";
type Reply = Result<{ reply: unknown }>;

interface Pending {
  resolve(reply: Reply): void;
  timer: NodeJS.Timeout;
}

/** An api's end over Redis Streams. Each client has a stream of replies of its own. */
export function createRedisBusClient(options: {
  redisUrl: string;
  namespace: string;
  log: Log;
  limits?: Partial<BusLimits>;
}): BusClient {
  const { redisUrl: url, log, namespace } = options;
  const limits = { ...DEFAULT_BUS_LIMITS, ...options.limits };
  const keys = busKeys(namespace);
  const clientId = randomUUID();
  const writer = connectRedis({ url, log, name: "api-writer", patient: false });
  const pending = new Map<string, Pending>();
  let requests = 0;

  function settle(request: string, reply: Reply): void {
    const waiting = pending.get(request);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    pending.delete(request);
    waiting.resolve(reply);
  }

  const replies = readStream({
    redis: connectRedis({ url, log, name: "api-reader", patient: true }),
    key: keys.replies(clientId),
    log,
    after: "0",
    count: () => 512,
    onEntries: (entries: StreamEntry[]) => {
      for (const { fields } of entries) {
        settle(fields["request"] ?? "", JSON.parse(fields["body"] ?? "null"));
      }
    },
  });

  async function send(request: string, payload: unknown, timeoutMs: number): Promise<void> {
    const text = JSON.stringify(payload ?? null);
    const { maxQueued } = limits;
    try {
      const sent = await evaluate(writer, keys.alive, keys.commands, [
        maxQueued,
        clientId,
        request,
        timeoutMs,
        text,
      ]);
      if (sent !== "sent") settle(request, { ok: false, code: sent });
    } catch {
      // The connection broke with the command on it: Redis may have taken it.
      settle(request, { ok: false, code: "engine_timeout" });
    }
  }

  return {
    request: async (payload, { timeoutMs }) => {
      if (!(await isReady(writer, timeoutMs))) return { ok: false, code: "engine_unavailable" };
      if (pending.size >= limits.maxInFlight) return { ok: false, code: "engine_busy" };
      const request = String(++requests);
      return new Promise<Reply>((resolve) => {
        const timer = setTimeout(
          () => settle(request, { ok: false, code: "engine_timeout" }),
          timeoutMs,
        );
        pending.set(request, { resolve, timer });
        void send(request, payload, timeoutMs);
      });
    },
    subscribe: (handler, { after, onGap }) =>
      subscribeRedis({ url, log, keys, handler, after, onGap }),
    ping: () =>
      writer.ping().then(
        () => true,
        () => false,
      ),
    close: async () => {
      await replies.close();
      for (const request of [...pending.keys()]) {
        settle(request, { ok: false, code: "engine_timeout" });
      }
      if (writer.status === "ready") await writer.del(keys.replies(clientId)).catch(() => 0);
      writer.disconnect();
    },
  };
}

/** Waits for a first connection only: a client that was just created is not yet a broken one. */
async function isReady(redis: Redis, timeoutMs: number): Promise<boolean> {
  if (redis.status === "connecting" || redis.status === "connect") {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        redis.off("ready", done).off("close", done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      redis.once("ready", done).once("close", done);
    });
  }
  return redis.status === "ready";
}

function evaluate(
  redis: Redis,
  alive: string,
  commands: string,
  values: (string | number)[],
): Promise<Sent> {
  return redis.eval(SEND_SCRIPT, 2, alive, commands, ...values) as Promise<Sent>;
}
