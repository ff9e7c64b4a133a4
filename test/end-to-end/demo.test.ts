import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { tellStory } from "../../scripts/demo/story.ts";
import { createTranscript } from "../../scripts/demo/transcript.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { sharedExchange } from "./shared-exchange.ts";

const START_TIMEOUT_MS = 120_000;
const STORY_TIMEOUT_MS = 180_000;
/** Four matches, three refusals, two exports of figures: all the story's comparisons. */
const FEWEST_FIGURES = 50;

describe("the demo's story", () => {
  let exchange: RunningExchange;

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
  });

  async function story(options: {
    closesAfterSeconds: number;
    onMatch?: (count: number) => Promise<void>;
  }) {
    const lines: string[] = [];
    try {
      const end = await tellStory({
        ...exchange,
        ...options,
        transcript: createTranscript((line) => lines.push(line)),
        adminKey: DEV_ACCOUNTS.admin.privateKey,
      });
      assert.deepEqual(end.mismatches, []);
      assert.ok(end.compared >= FEWEST_FIGURES, `${end.compared} figures`);
    } catch (error) {
      console.log(lines.join("\n"));
      throw error;
    }
  }

  it("ends with every figure the same by the story, on chain, in SQL and from the API", async function whole() {
    this.timeout(STORY_TIMEOUT_MS);
    await story({ closesAfterSeconds: 15 });
  });

  it("ends so, too, when engine and api are killed in the middle of it", async function killed() {
    this.timeout(STORY_TIMEOUT_MS);
    const victim = exchange.pids()["server"];
    assert.ok(victim);
    await story({
      closesAfterSeconds: 35,
      onMatch: async (count) => {
        if (count === 2) process.kill(victim, "SIGKILL");
      },
    });
    assert.notEqual(exchange.pids()["server"], victim);
  });
});
