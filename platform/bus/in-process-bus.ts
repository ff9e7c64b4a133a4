import type { Result } from "../../protocol/errors.ts";
import { jsonWeight } from "../json-weight.ts";
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
/** Of what is kept for those who come back, in characters of JSON, whatever the number of batches. */
const MAX_CHARS = 64 << 20;

/** A batch as JSON would bring it, and about how long that JSON is. */
interface StoredBatch extends PublishedBatch {
  chars: number;
}

interface Subscriber {
  deliver(batch: StoredBatch): void;
  gap(): void;
}

/**
 * A value as every other carrier would bring it. One that JSON would give back unchanged goes over as it is,
 * which costs a tenth: from then on both ends share it, and neither may write to it.
 */
function acrossTheWire(value: unknown): { value: unknown; chars: number } {
  const chars = jsonWeight(value);
  if (chars !== null) return { value, chars };
  const text = JSON.stringify(value ?? null);
  return { value: JSON.parse(text), chars: text.length };
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
    const sent = acrossTheWire(payload);
    const stored = { id, prev, payload: sent.value, chars: sent.chars };
    events.push(stored);
    chars += stored.chars;
    // Cut in halves, so that a cut costs little per batch.
    if (events.length >= 2 * maxEvents || chars > MAX_CHARS) {
      events = events.slice(-Math.min(maxEvents, Math.ceil(events.length / 2)));
      chars = events.reduce((sum, kept) => sum + kept.chars, 0);
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
      const reply = await serving(acrossTheWire(payload).value);
      return { ok: true, reply: acrossTheWire(reply).value };
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
  let waiting: StoredBatch[] = [];
  const end = () => subscribers.delete(subscriber);

  function take({ id, prev, payload }: StoredBatch): void {
    if (id <= position) return;
    if (prev > position) {
      subscriber.gap();
      return;
    }
    position = id;
    deliver({ id, prev, payload });
  }

  function takeAll(): void {
    const batches = waiting;
    waiting = [];
    for (const batch of batches) {
      if (!subscribers.has(subscriber)) return;
      take(batch);
    }
  }

  const subscriber: Subscriber = {
    deliver: (batch) => {
      if (waiting.push(batch) === 1) setImmediate(takeAll);
    },
    gap: () => {
      if (end()) onGap();
    },
  };
  subscribers.add(subscriber);
  for (const batch of events) if (batch.id > after) subscriber.deliver(batch);
  return { close: async () => void end() };
}
