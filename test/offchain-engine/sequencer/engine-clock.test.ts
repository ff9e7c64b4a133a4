import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createEngineClock } from "../../../offchain-engine/sequencer/engine-clock.ts";
import type { Command } from "../../../protocol/engine/command.ts";

const TICK: Command = { kind: "tick" };

function blockAt(timestamp: number): Command {
  return { kind: "block", number: 1, hash: "0x", timestamp, events: [] };
}

/** A clock over a wall clock that the test sets. */
function world(wallMs: number, timeMs = 0) {
  const wall = { ms: wallMs };
  return { wall, clock: createEngineClock(timeMs, () => wall.ms) };
}

describe("engine clock", () => {
  it("never falls, though the wall clock does", () => {
    const { wall, clock } = world(10_000);
    assert.equal(clock.advance(TICK), 10_000);
    wall.ms = 9_000;
    assert.equal(clock.advance(TICK), 10_000);
    assert.equal(clock.nowMs(), 10_000);
  });

  it("does not fall to a block that is behind it", () => {
    const { clock } = world(10_000);
    assert.equal(clock.advance(blockAt(3)), 10_000);
  });

  it("goes on from a block that is ahead of the wall clock", () => {
    const { wall, clock } = world(10_000);
    assert.equal(clock.advance(blockAt(86_410)), 86_410_000);
    wall.ms += 3_600_000;
    assert.equal(clock.nowMs(), 90_010_000);
    assert.equal(clock.advance(TICK), 90_010_000);
  });

  it("goes on from where it stood after a restart", () => {
    const { wall, clock } = world(10_000, 86_410_000);
    wall.ms += 5_000;
    assert.equal(clock.nowMs(), 86_415_000);
  });

  it("does not stop for the part of a second that a block's time leaves out", () => {
    const { wall, clock } = world(10_000);
    clock.advance(blockAt(1_010));
    wall.ms += 900;
    assert.equal(clock.advance(blockAt(1_010)), 1_010_900);
    wall.ms += 50;
    assert.equal(clock.nowMs(), 1_010_950);
  });

  it("waits for a chain that is ahead by less than before", () => {
    const { wall, clock } = world(10_000);
    clock.advance(blockAt(1_010));
    wall.ms += 100_000;
    assert.equal(clock.advance(blockAt(1_050)), 1_110_000);
    wall.ms += 50_000;
    assert.equal(clock.nowMs(), 1_110_000);
    wall.ms += 20_000;
    assert.equal(clock.nowMs(), 1_121_000);
  });
});
