import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Log } from "../log.ts";

const BLOCK_MS = 1_000;
const PAUSE_AFTER_ERROR_MS = 500;

/** A stream's entry: its id and its fields by name. */
export interface StreamEntry {
  id: string;
  fields: Record<string, string>;
}

export interface StreamReader {
  /** Ends the loop and the connection; resolves when the last entries are through. */
  close(): Promise<void>;
}

function toEntry([id, flat]: [string, string[]]): StreamEntry {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] as string] = flat[i + 1] as string;
  return { id, fields };
}

/**
 * Reads a stream from an id on, in order, on a patient connection of its own. `onEntries` is awaited
 * before the next read, `onIdle` runs about once a second while nothing comes. What Redis refuses
 * (a fail-over, a full memory) is tried again; entries whose `onEntries` rejects are read again.
 */
export function readStream(options: {
  redis: Redis;
  key: string;
  after: string;
  count: () => number;
  onEntries: (entries: StreamEntry[]) => Promise<void> | void;
  onIdle?: () => Promise<void>;
  log: Log;
}): StreamReader {
  const { redis, key, count, onEntries, onIdle, log } = options;
  let position = options.after;
  let open = true;

  async function readOnce(): Promise<void> {
    const reply = await redis.xread("COUNT", count(), "BLOCK", BLOCK_MS, "STREAMS", key, position);
    const entries = reply?.[0]?.[1].map(toEntry) ?? [];
    const last = entries.at(-1);
    if (!open) return;
    if (!last) return onIdle?.();
    await onEntries(entries);
    position = last.id;
  }

  async function loop(): Promise<void> {
    while (open) {
      try {
        await readOnce();
      } catch (error) {
        // Closing breaks the blocked read.
        if (!open) return;
        log.warn({ err: error, key }, "a stream could not be read; trying again");
        await delay(PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  const running = loop();
  return {
    close: async () => {
      open = false;
      redis.disconnect();
      await running;
    },
  };
}
