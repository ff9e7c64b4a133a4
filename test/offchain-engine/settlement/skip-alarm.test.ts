import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import { createSkipAlarm } from "../../../offchain-engine/settlement/skip-alarm.ts";
import type { Log } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { ALICE, BOB, batchSettled, startedDriver } from "../core/driver.ts";

describe("skip alarm", () => {
  it("is raised once for each fill that the chain refused, and counts those of before", async () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    const trade = () => {
      exchange.place(ALICE, "SELL YES 10 @ 500");
      exchange.place(BOB, "BUY YES 10 @ 500");
    };
    trade();
    exchange.settle(1, 1, 1, [{ fillIndex: 0, reason: 18 }]);

    const errors: object[] = [];
    const warnings: object[] = [];
    const log = {
      error: (facts: object) => void errors.push(facts),
      warn: (facts: object) => void warnings.push(facts),
    } as unknown as Log;
    const metrics = createMetrics({ service: "test", processMetrics: false });
    const alarm = createSkipAlarm({ core: exchange.engine, log, metrics });
    const gauge = async () =>
      /agon_engine_skipped_fills\{[^}]*\} (\d+)/.exec((await metrics.expose()).body)?.[1];
    alarm.look();
    assert.deepEqual([errors, await gauge()], [[], "1"]);

    trade();
    trade();
    exchange.settle(2, 2, 3, [{ fillIndex: 1, reason: 19 }]);
    alarm.look();
    alarm.look();
    const last = { fillSeq: 3, batchId: 2, reason: 19, timeMs: exchange.timeMs };
    assert.deepEqual([errors, await gauge()], [[{ skipped: 1, last }], "2"]);

    exchange.undoBlock();
    alarm.look();
    assert.deepEqual([errors.length, warnings, await gauge()], [1, [{ undone: 1 }], "1"]);
    exchange.block(batchSettled(2, 1, [{ fillIndex: 1, reason: 19 }]));
    alarm.look();
    assert.deepEqual([errors.length, await gauge()], [2, "2"]);
  });
});
