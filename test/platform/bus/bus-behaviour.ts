import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "mocha";
import type {
  BusClient,
  BusLimits,
  BusServer,
  BusSubscription,
  PublishedBatch,
} from "../../../platform/bus/bus.ts";

/** A carrier under test; `ends` gives a fresh bus with both its ends. */
export interface CarrierUnderTest {
  start?(): Promise<void>;
  stop?(): Promise<void>;
  ends(limits: Partial<BusLimits>): { server: BusServer; client: BusClient };
}

const LIMITS: Partial<BusLimits> = { maxInFlight: 8, maxQueued: 8, maxEvents: 10_000 };

export function batchOf(id: number, prev: number): PublishedBatch {
  return { id, prev, payload: { events: [id] } };
}

/** Resolves when `count` batches came, or a gap; rejects after two seconds. */
export function collect(
  client: BusClient,
  after: number,
  count: number,
): Promise<{ batches: PublishedBatch[]; gap: boolean }> {
  return new Promise((resolve, reject) => {
    const batches: PublishedBatch[] = [];
    let subscription: BusSubscription | null = null;
    const timer = setTimeout(() => {
      void subscription?.close();
      reject(new Error(`only ${batches.length} of ${count} batches came`));
    }, 4_000);
    const done = (gap: boolean) => {
      clearTimeout(timer);
      void subscription?.close();
      resolve({ batches, gap });
    };
    void client
      .subscribe(
        (batch) => {
          batches.push(batch);
          if (batches.length === count) done(false);
        },
        { after, onGap: () => done(true) },
      )
      .then((started) => {
        subscription = started;
      });
  });
}

/** What every carrier of the bus promises. */
export function itBehavesLikeABus(carrier: CarrierUnderTest): void {
  let server: BusServer;
  let client: BusClient;

  before(async () => carrier.start?.());
  after(async () => carrier.stop?.());
  beforeEach(() => {
    ({ server, client } = carrier.ends(LIMITS));
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it("answers engine_unavailable while no engine serves", async () => {
    const result = await client.request({ type: "status" }, { timeoutMs: 2_000 });
    assert.deepEqual(result, { ok: false, code: "engine_unavailable" });
  });

  it("answers engine_unavailable after the engine has closed", async () => {
    await server.serve(async () => "here");
    await server.close();
    const result = await client.request({}, { timeoutMs: 2_000 });
    assert.deepEqual(result, { ok: false, code: "engine_unavailable" });
  });

  it("answers engine_timeout when the handler takes too long", async () => {
    let release = () => {};
    await server.serve(() => new Promise<void>((resolve) => (release = resolve)));
    const result = await client.request({}, { timeoutMs: 100 });
    assert.deepEqual(result, { ok: false, code: "engine_timeout" });
    release();
  });

  it("answers internal when the handler throws", async () => {
    await server.serve(async () => {
      throw new Error("broken");
    });
    const result = await client.request({}, { timeoutMs: 2_000 });
    assert.deepEqual(result, { ok: false, code: "internal" });
  });

  it("answers engine_busy beyond its bound, and serves again when there is room", async () => {
    const held: (() => void)[] = [];
    let holding = true;
    await server.serve(async () => {
      if (holding) await new Promise<void>((resolve) => held.push(resolve));
      return "served";
    });
    const asked = Array.from({ length: 40 }, () => client.request({}, { timeoutMs: 3_000 }));
    assert.deepEqual(await Promise.race(asked), { ok: false, code: "engine_busy" });
    holding = false;
    for (const release of held) release();
    const codes = (await Promise.all(asked)).map((result) => (result.ok ? "ok" : result.code));
    assert.equal(codes.filter((code) => code === "ok").length, 8);
    assert.equal(codes.filter((code) => code === "engine_busy").length, 32);
    const again = await client.request({}, { timeoutMs: 3_000 });
    assert.deepEqual(again, { ok: true, reply: "served" });
  });

  it("carries a request and its reply as JSON", async () => {
    const seen: unknown[] = [];
    await server.serve(async (request) => {
      seen.push(request);
      return { here: 1, gone: undefined, text: "“ü”" };
    });
    const result = await client.request({ a: [1, null], gone: undefined }, { timeoutMs: 2_000 });
    assert.deepEqual(seen, [{ a: [1, null] }]);
    assert.deepEqual(result, { ok: true, reply: { here: 1, text: "“ü”" } });
  });

  it("hands requests to the handler in the order in which one client sent them", async () => {
    const seen: unknown[] = [];
    await server.serve(async (request) => {
      seen.push(request);
    });
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    await Promise.all(numbers.map((n) => client.request(n, { timeoutMs: 2_000 })));
    assert.deepEqual(seen, numbers);
  });

  it("answers concurrent requests each with its own reply, in whatever order they end", async () => {
    const releases = new Map<number, () => void>();
    await server.serve(
      (request) =>
        new Promise((resolve) => {
          releases.set(request as number, () => resolve({ echo: request }));
          if (releases.size === 3) for (const n of [3, 1, 2]) releases.get(n)?.();
        }),
    );
    const replies = await Promise.all(
      [1, 2, 3].map((n) => client.request(n, { timeoutMs: 2_000 })),
    );
    assert.deepEqual(
      replies,
      [1, 2, 3].map((n) => ({ ok: true, reply: { echo: n } })),
    );
  });

  it("delivers what was published after a position, in order and once", async () => {
    server.publish([batchOf(1, 0), batchOf(2, 1), batchOf(5, 2)]);
    const collected = collect(client, 1, 4);
    server.publish([batchOf(6, 5)]);
    server.publish([batchOf(9, 6)]);
    const { batches, gap } = await collected;
    assert.equal(gap, false);
    assert.deepEqual(batches, [batchOf(2, 1), batchOf(5, 2), batchOf(6, 5), batchOf(9, 6)]);
  });

  it("skips batches that were published before", async () => {
    const collected = collect(client, 0, 3);
    server.publish([batchOf(1, 0), batchOf(2, 1)]);
    server.publish([batchOf(1, 0), batchOf(2, 1), batchOf(3, 2)]);
    const { batches } = await collected;
    assert.deepEqual(
      batches.map(({ id }) => id),
      [1, 2, 3],
    );
  });

  it("knows how far it has published", async () => {
    assert.equal(await server.publishedThrough(), 0);
    const collected = collect(client, 0, 1);
    server.publish([batchOf(7, 0)]);
    await collected;
    assert.equal(await server.publishedThrough(), 7);
  });

  it("reports a gap when a batch is missing, and delivers nothing beyond it", async () => {
    server.publish([batchOf(4, 3), batchOf(5, 4)]);
    const { batches, gap } = await collect(client, 2, 2);
    assert.deepEqual({ batches, gap }, { batches: [], gap: true });
  });

  it("reports a gap in the middle of a stream", async () => {
    const collected = collect(client, 0, 3);
    server.publish([batchOf(1, 0), batchOf(4, 3), batchOf(5, 4)]);
    const { batches, gap } = await collected;
    assert.deepEqual({ batches, gap }, { batches: [batchOf(1, 0)], gap: true });
  });

  it("reports a gap at a batch that comes after itself, and none to who begins behind it", async () => {
    server.publish([batchOf(1, 0), batchOf(2, 2), batchOf(3, 2)]);
    const before = await collect(client, 0, 3);
    assert.deepEqual(before, { batches: [batchOf(1, 0)], gap: true });
    const behind = await collect(client, 2, 1);
    assert.deepEqual(behind, { batches: [batchOf(3, 2)], gap: false });
  });

  it("carries large batches, more than one sending holds", async () => {
    const text = "x".repeat(1 << 20);
    const sent = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, prev: i, payload: { text } }));
    const collected = collect(client, 0, 40);
    server.publish(sent);
    const { batches, gap } = await collected;
    assert.deepEqual([batches.map(({ id }) => id), gap], [sent.map(({ id }) => id), false]);
  });

  it("reports a gap to subscribers when the events are reset", async () => {
    server.publish([batchOf(1, 0)]);
    assert.equal((await collect(client, 0, 1)).gap, false);
    const { promise: gap, resolve: onGap } = Promise.withResolvers<void>();
    await client.subscribe(() => assert.fail("nothing was published"), { after: 1, onGap });
    await server.resetEvents();
    await gap;
    assert.equal(await server.publishedThrough(), 0);
  });

  it("answers a ping", async () => {
    await client.request({}, { timeoutMs: 2_000 });
    assert.equal(await client.ping(), true);
  });
}
