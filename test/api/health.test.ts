import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";

describe("health", () => {
  const world = useApiWorld();
  afterEach(() => world().engine.speak());

  it("is that of the write path: an engine that makes nothing durable is not ready and not healthy", async () => {
    const { call, engine } = world();
    engine.silence();
    const [ready, detailed, alive] = await Promise.all([
      call("GET", "/ready"),
      call("GET", "/health/detailed"),
      call("GET", "/health"),
    ]);
    assert.deepEqual([ready.status, ready.body.ready], [503, false]);
    assert.deepEqual(ready.body.checks, { database: true, engine: false, books: true });
    assert.deepEqual([detailed.status, detailed.body.status], [503, "unhealthy"]);
    assert.equal(detailed.body.engine.status, "unhealthy");
    assert.equal(detailed.body.database.status, "healthy");
    assert.equal(alive.status, 200, "a restart of the api would mend nothing");
  });

  it("names service, version and time, and each dependency with what it took", async () => {
    const { call } = world();
    const alive = (await call("GET", "/health")).body;
    assert.deepEqual(Object.keys(alive), ["status", "service", "version", "timestamp"]);
    const database = (await call("GET", "/health/db")).body;
    assert.deepEqual([database.status, database.database], ["healthy", "connected"]);
    assert.ok(database.latency_ms >= 0);
    const cache = (await call("GET", "/health/cache")).body;
    assert.deepEqual([cache.status, cache.connected, cache.mode], ["healthy", true, "in_process"]);
    const { body } = await call("GET", "/health/detailed");
    assert.deepEqual(body.service, {
      name: "Agon API",
      version: "0.1.0",
      environment: "development",
    });
    for (const part of ["database", "cache", "chain", "engine", "index"]) {
      assert.match(body[part].status, /^(healthy|degraded|unhealthy)$/, part);
    }
    assert.ok(Math.abs(Date.parse(body.timestamp) - Date.now()) < 60_000);
  });

  it("has no answer that a cache may keep", async () => {
    for (const path of ["/health", "/health/db", "/ready", "/metrics", "/v1/account/balance"]) {
      const { headers } = await world().call("GET", path);
      assert.equal(headers.get("cache-control"), "no-store", path);
    }
  });
});
