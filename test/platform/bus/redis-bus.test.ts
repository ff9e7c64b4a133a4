import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { after, before, describe, it } from "mocha";
import type { BusClient, BusLimits, BusServer } from "../../../platform/bus/bus.ts";
import { createRedisBusClient } from "../../../platform/bus/redis-bus-client.ts";
import { createRedisBusServer } from "../../../platform/bus/redis-bus-server.ts";
import { createLog } from "../../../platform/log.ts";
import { batchOf, collect, itBehavesLikeABus } from "./bus-behaviour.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "./redis-server.ts";

const log = createLog({ service: "test", level: "silent" });
const present = hasRedisServer();
if (!present) console.log("redis-server is not installed: the tests of the Redis bus are skipped");

(present ? describe : describe.skip)("Redis bus", function () {
  this.timeout(20_000);
  let redis: RedisServer;
  let namespaces = 0;

  const options = (limits: Partial<BusLimits> = {}) => ({
    redisUrl: redis.url,
    namespace: `test-${namespaces}`,
    log,
    limits,
  });

  before(async () => {
    redis = await startRedisServer();
  });
  after(async () => redis.stop());

  itBehavesLikeABus({
    ends: (limits) => {
      namespaces++;
      return {
        server: createRedisBusServer(options(limits)),
        client: createRedisBusClient(options(limits)),
      };
    },
  });

  /** Runs with fresh ends under a namespace of their own and closes them. */
  async function withEnds(
    run: (ends: {
      server(limits?: Partial<BusLimits>): BusServer;
      client(): BusClient;
    }) => Promise<void>,
  ): Promise<void> {
    namespaces++;
    const opened: { close(): Promise<void> }[] = [];
    const open = <End extends { close(): Promise<void> }>(end: End) => {
      opened.push(end);
      return end;
    };
    try {
      await run({
        server: (limits) => open(createRedisBusServer(options(limits))),
        client: () => open(createRedisBusClient(options())),
      });
    } finally {
      await Promise.all(opened.map((end) => end.close()));
    }
  }

  /** Polls until `condition` holds; fails after five seconds. */
  async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!(await condition())) {
      assert.ok(Date.now() < deadline, "the condition did not come true in time");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("serves a waiting request when the next engine comes in time, and drops a stale one", async () => {
    await withEnds(async ({ server, client }) => {
      const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
      let taken = 0;
      await server({ maxInFlight: 1 }).serve(() => {
        taken++;
        return release;
      });
      const asking = client();
      // The only slot of the first engine is taken, so what follows waits in the stream.
      const held = asking.request("held", { timeoutMs: 300 });
      await until(() => taken === 1);
      const stale = asking.request("stale", { timeoutMs: 200 });
      const waiting = asking.request("waiting", { timeoutMs: 8_000 });
      assert.deepEqual(await stale, { ok: false, code: "engine_timeout" });
      assert.deepEqual(await held, { ok: false, code: "engine_timeout" });
      const seen: unknown[] = [];
      await server().serve(async (request) => {
        seen.push(request);
        return "second";
      });
      const result = await waiting;
      letGo();
      assert.deepEqual(result, { ok: true, reply: "second" });
      assert.deepEqual(seen, ["waiting"]);
    });
  });

  it("goes on reading after Redis has broken off a read, as a fail-over does", async () => {
    await withEnds(async ({ server, client }) => {
      await server().serve(async (request) => request);
      const asking = client();
      const admin = new Redis(redis.url);
      // Both ends wait in a blocking read of their own.
      let broken = 0;
      await until(async () => {
        const clients = String(await admin.client("LIST")).split("\n");
        for (const line of clients.filter((one) => /name=agon-(engine|api)-reader/.test(one))) {
          const id = Number(/id=(\d+)/.exec(line)?.[1]);
          broken += Number(await admin.client("UNBLOCK", id, "ERROR"));
        }
        return broken >= 2;
      });
      admin.disconnect();
      const reply = await asking.request("still there", { timeoutMs: 5_000 });
      assert.deepEqual(reply, { ok: true, reply: "still there" });
    });
  });

  it("answers each client with its own replies", async () => {
    await withEnds(async ({ server, client }) => {
      await server().serve(async (request) => request);
      const clients = [client(), client(), client()];
      const replies = await Promise.all(
        clients.map((one, i) => one.request({ from: i }, { timeoutMs: 2_000 })),
      );
      assert.deepEqual(
        replies,
        [0, 1, 2].map((from) => ({ ok: true, reply: { from } })),
      );
    });
  });

  it("delivers the same events to several subscribers", async () => {
    await withEnds(async ({ server, client }) => {
      const publisher = server();
      const collected = [client(), client()].map((one) => collect(one, 0, 100));
      for (let id = 1; id <= 100; id++) publisher.publish([batchOf(id, id - 1)]);
      const [one, two] = await Promise.all(collected);
      assert.deepEqual(one, two);
      assert.equal(one?.batches.length, 100);
    });
  });

  it("reports a gap when the bounded stream no longer reaches back", async () => {
    await withEnds(async ({ server, client }) => {
      const publisher = server({ maxEvents: 100 });
      for (let id = 1; id <= 1_000; id++) publisher.publish([batchOf(id, id - 1)]);
      await until(async () => (await publisher.publishedThrough()) === 1_000);
      assert.equal((await collect(client(), 0, 1_000)).gap, true);
    });
  });

  it("publishes what piled up, without a hole, when Redis comes back", async () => {
    await withEnds(async ({ server, client }) => {
      const publisher = server();
      await publisher.serve(async (request) => request);
      const asking = client();
      const collected = collect(asking, 0, 3);
      publisher.publish([batchOf(1, 0)]);
      await until(async () => (await publisher.publishedThrough()) === 1);
      await redis.kill();
      publisher.publish([batchOf(2, 1), batchOf(3, 2)]);
      await until(async () => !(await asking.ping()));
      const away = await asking.request({}, { timeoutMs: 500 });
      assert.deepEqual(away, { ok: false, code: "engine_unavailable" });
      await redis.restart();
      const { batches, gap } = await collected;
      assert.equal(gap, false);
      assert.deepEqual(
        batches.map(({ id }) => id),
        [1, 2, 3],
      );
      await until(async () => (await asking.request({}, { timeoutMs: 1_000 })).ok);
    });
  });
});
