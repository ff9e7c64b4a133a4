import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { runSoak } from "../../../scripts/soak/soak.ts";

describe("clients that drop, resume and lag", () => {
  it("have the engine's book at every sequence number, never crossed", async function () {
    this.timeout(120_000);
    const report = await runSoak({
      seconds: 5,
      clients: 10,
      commandsPerSecond: 150,
      faults: { cutEveryMs: 1_200, lagEveryMs: 900, lagMs: 200 },
    });
    assert.deepEqual(
      [report.different, report.crossed, report.stragglers, report.corruptions],
      [0, 0, 0, 0],
    );
    // It would prove nothing if nothing had happened.
    assert.ok(report.compared > 1_000, `${report.compared} states compared`);
    assert.ok(report.cuts > 10 && report.lags > 10, `${report.cuts} cuts, ${report.lags} lags`);
    assert.ok(report.resumes > 10, `${report.resumes} resumes`);
    assert.ok(report.snapshots > 30, `${report.snapshots} snapshots`);
  });
});
