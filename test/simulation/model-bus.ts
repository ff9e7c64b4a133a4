import type { BusHandler, BusServer, PublishedBatch } from "../../platform/bus/bus.ts";
import type { EngineReply, EngineRequest } from "../../protocol/engine/request.ts";
import type { Result } from "../../protocol/errors.ts";
import type { Host, World } from "./host.ts";

/** One batch as the carrier keeps it. */
export interface CarriedBatch {
  id: number;
  prev: number;
  text: string;
}

const USUAL_MS = 20;

/**
 * What carries requests and events between the engine and its users: it loses and repeats requests, loses answers,
 * and now and then a batch of events on its way in. What it has of events, it keeps.
 */
export class ModelBus {
  carried: CarriedBatch[] = [];
  /** How often an engine gave up what it could not publish. */
  resets = 0;
  readonly #world: World;
  /** More than one while a standby takes over: then requests come to any of them. */
  #serving: { host: Host; handler: BusHandler }[] = [];
  readonly #listeners = new Set<() => void>();
  #onTheWay: { host: Host; carried: CarriedBatch[] }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Calls whenever a batch has come in. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  serverOf(host: Host): BusServer {
    const wire = { ...wireOf("bus"), usualMs: USUAL_MS };
    return {
      publishedThrough: () =>
        host.call(wire, "published through", () => this.carried.at(-1)?.id ?? 0),
      resetEvents: () =>
        host.call(wire, "reset events", () => {
          this.resets++;
          this.carried = [];
        }),
      serve: async (handler) => {
        if (!host.alive) return;
        this.#serving.push({ host, handler });
        host.onKilled(() => this.#stopServing(host));
      },
      publish: (batches) => this.#publish(host, batches),
      close: async () => this.#stopServing(host),
    };
  }

  /** Asks the engine, as an api does. */
  request(payload: EngineRequest, timeoutMs: number): Promise<Result<{ reply: EngineReply }>> {
    const { scheduler, faults } = this.#world;
    const { random } = scheduler;
    const isLost = () => random.below(10_000) < faults.busLost;
    return new Promise((resolve) => {
      const giveUp = () => resolve({ ok: false, code: "engine_timeout" });
      scheduler.after(timeoutMs, "", giveUp);
      const copies = random.below(10_000) < faults.busTwice ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        if (isLost()) continue;
        scheduler.after(random.below(copy * 2_000 + USUAL_MS), "", () => {
          if (this.#serving.length === 0) return resolve({ ok: false, code: "engine_unavailable" });
          const serving = random.pick(this.#serving);
          const answer = (result: Result<{ reply: EngineReply }>) => {
            if (!isLost()) scheduler.after(random.below(USUAL_MS), "", () => resolve(result));
          };
          serving.host.step("a request", () => void ask(serving.handler, payload).then(answer));
        });
      }
    });
  }

  #stopServing(host: Host): void {
    this.#serving = this.#serving.filter((serving) => serving.host !== host);
  }

  /** Batches of one process arrive in order; those still on their way when it dies are lost. */
  #publish(host: Host, batches: readonly PublishedBatch[]): void {
    const { scheduler, faults } = this.#world;
    const { random } = scheduler;
    const carried = batches
      .filter(() => random.below(10_000) >= faults.eventLost)
      .map(({ id, prev, payload }) => ({ id, prev, text: JSON.stringify(payload) }));
    if (!host.alive) return;
    this.#onTheWay.push({ host, carried });
    scheduler.after(random.below(5), "", () => {
      const first = this.#onTheWay.shift();
      if (!first?.host.alive && random.chance(50)) return;
      for (const batch of first?.carried ?? []) {
        if (batch.id > (this.carried.at(-1)?.id ?? 0)) this.carried.push(batch);
      }
      for (const listener of this.#listeners) listener();
    });
  }
}

function wireOf(name: string) {
  return {
    name,
    errorRate: 0,
    lostRate: 0,
    slowRate: 0,
    usualMs: USUAL_MS,
    timeoutMs: 1_000,
    isAway: false,
    failure: (what: string) => new Error(what),
  };
}

async function ask(handler: BusHandler, payload: unknown): Promise<Result<{ reply: EngineReply }>> {
  try {
    const reply = await handler(JSON.parse(JSON.stringify(payload)));
    return { ok: true, reply: JSON.parse(JSON.stringify(reply)) as EngineReply };
  } catch {
    return { ok: false, code: "internal" };
  }
}
