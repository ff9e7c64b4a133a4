import type { Log } from "../log.ts";
import type { BusSubscription, PublishedBatch } from "./bus.ts";
import { connectRedis } from "./redis-connection.ts";
import type { BusKeys } from "./redis-keys.ts";
import { readStream, type StreamEntry, type StreamReader } from "./redis-stream-reader.ts";

/** Follows the events stream after an id, on a connection of its own. */
export async function subscribeRedis(options: {
  url: string;
  log: Log;
  keys: BusKeys;
  handler: (batch: PublishedBatch) => void;
  after: number;
  onGap: () => void;
}): Promise<BusSubscription> {
  const { url, log, keys, handler, onGap } = options;
  const redis = connectRedis({ url, log, name: "api-events", patient: true });
  const epoch = await redis.get(keys.epoch);
  let position = options.after;
  let ended = false;
  let reader: StreamReader | null = null;

  function end(): void {
    ended = true;
    void reader?.close();
  }

  function gap(): void {
    if (ended) return;
    end();
    onGap();
  }

  function deliver({ id, fields }: StreamEntry): void {
    const prev = Number(fields["prev"]);
    if (ended) return;
    if (prev > position) {
      gap();
      return;
    }
    position = Number.parseInt(id, 10);
    handler({ id: position, prev, payload: JSON.parse(fields["payload"] ?? "null") });
  }

  reader = readStream({
    redis,
    key: keys.events,
    log,
    after: `${options.after}-0`,
    count: () => 512,
    onEntries: (entries) => entries.forEach(deliver),
    // After a reset ids begin anew below our position, where no read would ever see them.
    onIdle: async () => {
      if ((await redis.get(keys.epoch)) !== epoch) gap();
    },
  });
  return {
    close: async () => {
      ended = true;
      await reader?.close();
    },
  };
}
