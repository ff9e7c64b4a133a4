import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TurnWriter } from "../../../api/streams/turn-writer.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("turn writer", () => {
  it("releases what was held, once, after the turn", async () => {
    const writer = new TurnWriter();
    const released: string[] = [];
    writer.hold({ release: () => void released.push("a") });
    writer.hold({ release: () => void released.push("b") });
    assert.deepEqual(released, []);
    await nextTurn();
    assert.deepEqual(released, ["a", "b"]);
    await nextTurn();
    assert.deepEqual(released, ["a", "b"]);
  });

  it("lets other work in between when it holds very many", async () => {
    const writer = new TurnWriter();
    let released = 0;
    for (let i = 0; i < 1200; i++) writer.hold({ release: () => void released++ });
    const seen: number[] = [];
    while (released < 1200) {
      await nextTurn();
      seen.push(released);
    }
    assert.ok(seen.length >= 3, `all in ${seen.length} turns`);
  });

  it("releases what is held while it releases", async () => {
    const writer = new TurnWriter();
    let seconds = 0;
    const again = { release: () => void seconds++ };
    writer.hold({ release: () => writer.hold(again) });
    await nextTurn();
    await nextTurn();
    assert.equal(seconds, 1);
  });
});
