import type { Result } from "../../protocol/errors.ts";
import {
  type BusClient,
  type BusHandler,
  type BusLimits,
  type BusServer,
  type BusSubscription,
  DEFAULT_BUS_LIMITS,
  type PublishedBatch,
} from "./bus.ts";

/** Subscribers in the same process never lag by much, and the log takes this process's memory. */
const MAX_EVENTS = 2_000;
/** Of text that is kept for those who come back, whatever the number of batches. */
const MAX_CHARS = 64 << 20;

/** A batch in its wire form. */
interface StoredBatch {
  id: number;
  prev: number;
  text: string;
}

interface Subscriber {
  deliver(batch: StoredBatch): void;
  gap(): void;
}

/** Through JSON, as every other carrier does it. */
function acrossTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

/**
 * Both ends of a bus inside one process. The server's end may close and serve again, as an engine
 * that restarts; the events stay.
 */
export function createInProcessBus(limits: Partial<BusLimits> = {}): {
  server: BusServer;
  client: BusClient;
} {
  const { maxInFlight, maxEvents } = { ...DEFAULT_BUS_LIMITS, maxEvents: MAX_EVENTS, ...limits };
  let handler: BusHandler | null = null;
  let events: StoredBatch[] = [];
  let chars = 0;
  const working = new Set<Promise<unknown>>();
  const subscribers = new Set<Subscriber>();

  function publishOne({ id, prev, payload }: PublishedBatch): void {
    if (id <= (events.at(-1)?.id ?? 0)) return;
    const stored = { id, prev, text: JSON.stringify(payload) };
    events.push(stored);
    chars += stored.text.length;
    // Cut in halves, so that a cut costs little per batch.
    if (events.length >= 2 * maxEvents || chars > MAX_CHARS) {
      events = events.slice(-Math.min(maxEvents, Math.ceil(events.length / 2)));
      chars = events.reduce((sum, { text }) => sum + text.length, 0);
    }
    for (const subscriber of subscribers) subscriber.deliver(stored);
  }

  const server: BusServer = {
    publishedThrough: async () => events.at(-1)?.id ?? 0,
    resetEvents: async () => {
      events = [];
      chars = 0;
      for (const subscriber of [...subscribers]) subscriber.gap();
    },
    serve: async (serving) => {
      handler = serving;
    },
    publish: (batches) => batches.forEach(publishOne),
    close: async () => {
      handler = null;
      await Promise.allSettled(working);
    },
  };

  async function ask(serving: BusHandler, payload: unknown): Promise<Result<{ reply: unknown }>> {
    try {
      return { ok: true, reply: acrossTheWire(await serving(acrossTheWire(payload))) };
    } catch {
      return { ok: false, code: "internal" };
    }
  }

  const client: BusClient = {
    request: (payload, { timeoutMs }) => {
      if (!handler) return Promise.resolve({ ok: false, code: "engine_unavailable" });
      if (working.size >= maxInFlight) return Promise.resolve({ ok: false, code: "engine_busy" });
      const asked = ask(handler, payload);
      working.add(asked);
      void asked.finally(() => working.delete(asked));
      return withDeadline(asked, timeoutMs);
    },
    subscribe: async (deliver, { after, onGap }) =>
      subscribeTo(events, subscribers, deliver, after, onGap),
    ping: async () => true,
    close: async () => {},
  };
  return { server, client };
}

function withDeadline(
  asked: Promise<Result<{ reply: unknown }>>,
  timeoutMs: number,
): Promise<Result<{ reply: unknown }>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ ok: false, code: "engine_timeout" }), timeoutMs);
    void asked.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

/** Past events first, then new ones; both on later turns of the loop, as a network delivers. */
function subscribeTo(
  events: readonly StoredBatch[],
  subscribers: Set<Subscriber>,
  deliver: (batch: PublishedBatch) => void,
  after: number,
  onGap: () => void,
): BusSubscription {
  let position = after;
  const end = () => subscribers.delete(subscriber);
  const later = (action: () => void) => {
    setImmediate(() => {
      if (subscribers.has(subscriber)) action();
    });
  };
  const subscriber: Subscriber = {
    deliver: ({ id, prev, text }) =>
      later(() => {
        if (id <= position) return;
        if (prev > position) return subscriber.gap();
        position = id;
        deliver({ id, prev, payload: JSON.parse(text) });
      }),
    gap: () => {
      if (end()) onGap();
    },
  };
  subscribers.add(subscriber);
  for (const batch of events) if (batch.id > after) subscriber.deliver(batch);
  return { close: async () => void end() };
}
