import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SessionWatch } from "../../../offchain-engine/journal/session-watch.ts";
import { ManualTimers } from "../../platform/manual-timers.ts";

const turn = () => new Promise(setImmediate);

/** A watched session that answers what it is asked when the test says so. */
function world() {
  const timers = new ManualTimers();
  const asked: PromiseWithResolvers<void>[] = [];
  const watch = new SessionWatch(
    () => {
      const question = Promise.withResolvers<void>();
      asked.push(question);
      return question.promise;
    },
    timers,
    "the session",
  );
  let isSilent = false;
  void watch.silent.then(() => {
    isSilent = true;
  });
  /** Second by second, with what comes of each. */
  async function pass(seconds: number, isAnswering: boolean): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      timers.advance(1_000);
      await turn();
      if (isAnswering) asked.at(-1)?.resolve();
      await turn();
    }
  }
  return { watch, timers, asked, pass, isSilent: () => isSilent };
}

describe("watch over the journal's session", () => {
  it("tells of a question without an answer after ten seconds, and ends who waits for one", async () => {
    const { watch, pass, isSilent } = world();
    watch.start();
    await pass(2, false);
    const confirming = assert.rejects(watch.confirm());
    await pass(9, false);
    assert.equal(isSilent(), false);
    await pass(1, false);
    assert.equal(isSilent(), true);
    await confirming;
  });

  it("tells of a statement without an answer, and ends it", async () => {
    const { watch, asked, pass, isSilent } = world();
    watch.start();
    const commit = assert.rejects(watch.carry(new Promise(() => {})));
    await pass(9, false);
    assert.deepEqual([asked.length, isSilent()], [0, false]);
    await pass(1, false);
    assert.equal(isSilent(), true);
    await commit;
  });

  it("gives an answer its time anew after the process itself stood still", async () => {
    const { watch, timers, pass, isSilent } = world();
    watch.start();
    const commit = assert.rejects(watch.carry(new Promise(() => {})));
    timers.standStill(60_000);
    await pass(9, false);
    assert.equal(isSilent(), false);
    await pass(1, false);
    assert.equal(isSilent(), true);
    await commit;
  });

  it("tells of a question that fails", async () => {
    const { watch, asked, pass, isSilent } = world();
    watch.start();
    await pass(2, false);
    asked[0]?.reject(new Error("cut"));
    await turn();
    assert.equal(isSilent(), true);
  });

  it("asks an idle session alone, and is content with what it answers", async () => {
    const { watch, asked, pass, isSilent } = world();
    watch.start();
    await pass(60, true);
    assert.equal(isSilent(), false);
    const questions = asked.length;
    assert.ok(questions >= 20 && questions <= 30, `${questions} questions`);
    for (let second = 0; second < 10; second++) {
      await watch.carry(Promise.resolve());
      await pass(1, true);
    }
    assert.equal(asked.length, questions);
    watch.stop();
    await pass(60, false);
    assert.deepEqual([asked.length, isSilent()], [questions, false]);
  });

  it("confirms from what was answered within five seconds, and asks when that is longer ago", async () => {
    const { watch, asked, pass } = world();
    await watch.carry(Promise.resolve());
    await pass(5, false);
    await watch.confirm();
    assert.equal(asked.length, 0);
    await pass(1, false);
    let isConfirmed = false;
    const confirming = Promise.all([watch.confirm(), watch.confirm()]).then(() => {
      isConfirmed = true;
    });
    await turn();
    assert.deepEqual([asked.length, isConfirmed], [1, false]);
    asked[0]?.resolve();
    await confirming;
  });
});
