import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type HealthServer, serveHealth } from "../../../offchain-engine/server/serve-health.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { StatusReply } from "../../../protocol/engine/request.ts";

describe("engine's health server", () => {
  const metrics = createMetrics({ service: "test", processMetrics: false });
  let reconciliation: StatusReply["reconciliation"];
  let settlementHalted: StatusReply["settlementHalted"];
  let server: HealthServer;

  beforeEach(async () => {
    reconciliation = null;
    settlementHalted = null;
    const status = async () =>
      ({ type: "status", seq: 7, settlementHalted, reconciliation }) as StatusReply;
    server = await serveHealth({ host: "127.0.0.1", port: 0, metrics, status });
  });
  afterEach(() => server.stop());

  const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);

  it("refuses a port that is taken", async () => {
    const status = async () => assert.fail("nobody asks");
    const second = serveHealth({ host: "127.0.0.1", port: server.port, metrics, status });
    await assert.rejects(second, { code: "port_taken" });
  });

  it("knows no other path", async () => {
    assert.equal((await get("/")).status, 404);
  });

  it("answers 503 when the engine cannot tell its state", async () => {
    const status = () => Promise.reject(new Error("the engine has failed"));
    const failed = await serveHealth({ host: "127.0.0.1", port: 0, metrics, status });
    const response = await fetch(`http://127.0.0.1:${failed.port}/health`);
    assert.equal(response.status, 503);
    await failed.stop();
  });

  it("answers 503 while engine and chain differ", async () => {
    reconciliation = { checkedAtMs: 1, ok: false, differences: ["they differ"] };
    const response = await get("/health");
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as { status: string }).status, "degraded");
  });

  it("answers 503 while settlement waits for an operator", async () => {
    settlementHalted = "The exchange refuses batch 7.";
    const response = await get("/health");
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as StatusReply).settlementHalted, settlementHalted);
  });

  it("answers 200 with the engine's status otherwise", async () => {
    const response = await get("/health");
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      status: "ok",
      type: "status",
      seq: 7,
      settlementHalted: null,
      reconciliation: null,
    });
  });

  it("exposes the metrics", async () => {
    metrics.counter({ name: "agon_test_total", help: "-" }).inc();
    assert.match(await (await get("/metrics")).text(), /agon_test_total\{service="test"\} 1/);
  });
});
