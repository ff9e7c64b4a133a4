import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { type CrashRounds, startCrashRounds } from "../../scripts/crash/crash-rounds.ts";
import { hasRedisServer } from "../platform/bus/redis-server.ts";

const START_TIMEOUT_MS = 120_000;
const ROUND_TIMEOUT_MS = 120_000;
const SEED = 20_261_121;
/** Of the rounds of any seed: those whose first fault is this one. */
const ROUNDS = { "engine-settling": 7, "engine+chain": 6, everything: 10 } as const;

const present = hasRedisServer();
if (!present) console.log("redis-server is not installed: no crash rounds");

(present ? describe : describe.skip)(`crash rounds of seed ${SEED}`, () => {
  let rounds: CrashRounds;

  before(async function bringUp() {
    this.timeout(START_TIMEOUT_MS);
    rounds = await startCrashRounds({ seed: SEED, traders: 4, mode: "compose" });
  });

  after(async function tearDown() {
    this.timeout(START_TIMEOUT_MS);
    await rounds?.stop({ keepFolder: false });
  });

  for (const [fault, round] of Object.entries(ROUNDS)) {
    it(`keep every promise when the fault is "${fault}"`, async function crash() {
      this.timeout(ROUND_TIMEOUT_MS);
      const report = await rounds.run(round);
      assert.equal(report.planned[0]?.name, fault);
      assert.ok(report.acknowledged > 0 && report.fills > 0);
    });
  }

  it("end with every order and fill of all rounds in its place", async function all() {
    this.timeout(ROUND_TIMEOUT_MS);
    await rounds.checkAll();
    const { engine_restarts: engine = 0, api_restarts: api = 0 } = rounds.figures();
    assert.ok(engine >= 3 && api >= 1);
  });
});
