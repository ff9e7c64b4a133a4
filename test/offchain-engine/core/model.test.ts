import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import type { SequencedCommand } from "../../../protocol/engine/command.ts";
import { compareEngines } from "./compare-engines.ts";
import { RandomCommands } from "./random-commands.ts";
import { RandomSource } from "./random-source.ts";

/** Set both to try other streams: `CORE_MODEL_SEED=77 CORE_MODEL_COMMANDS=1000000`. */
const SEED = Number(process.env["CORE_MODEL_SEED"] ?? 1);
const COMMANDS = Number(process.env["CORE_MODEL_COMMANDS"] ?? 20_000);
const COMMANDS_PER_STREAM = 1_000;

describe("core against the reference engine", function () {
  this.timeout(Math.max(60_000, COMMANDS * 20));

  for (const chainRefusesFills of [false, true]) {
    const chain = chainRefusesFills ? "a chain that refuses some fills" : "an honest chain";
    it(`agrees on every verdict, balance and book over ${COMMANDS / 2} commands with ${chain}`, () => {
      for (let done = 0, seed = SEED; done < COMMANDS / 2; done += COMMANDS_PER_STREAM, seed++) {
        compareEngines(seed, COMMANDS_PER_STREAM, { chainRefusesFills, batchSize: 8 });
      }
    });
  }
});

describe("core against the reference engine, on a chain with reorganisations", function () {
  this.timeout(Math.max(60_000, COMMANDS * 20));

  for (const loses of [false, true]) {
    const chain = loses ? "loses some transactions" : "brings every transaction again";
    it(`agrees over ${COMMANDS / 2} commands when the chain ${chain}`, () => {
      const reorgs = { depth: 8, loses, interleaves: true };
      for (let done = 0, seed = SEED; done < COMMANDS / 2; done += COMMANDS_PER_STREAM, seed++) {
        const options = { chainRefusesFills: loses, batchSize: 8, reorgs };
        compareEngines(seed, COMMANDS_PER_STREAM, options);
      }
    });
  }
});

describe("core", () => {
  function record(seed: number): { commands: SequencedCommand[]; hashes: string[] } {
    const core = createCore({ chainId: 1 });
    const source = new RandomCommands(new RandomSource(seed), {
      chainRefusesFills: true,
      batchSize: 8,
    });
    const commands: SequencedCommand[] = [];
    const hashes: string[] = [];
    while (commands.length < 1500) {
      const sequenced = source.next();
      source.learn(core.apply(sequenced));
      commands.push(structuredClone(sequenced));
      hashes.push(core.stateHash());
    }
    return { commands, hashes };
  }

  it("comes to the same state and says the same when its commands are replayed", () => {
    const { commands, hashes } = record(SEED);
    const [first, second] = [createCore({ chainId: 1 }), createCore({ chainId: 1 })];
    for (const [i, sequenced] of commands.entries()) {
      assert.deepEqual(first.apply(sequenced), second.apply(sequenced));
      assert.equal(first.stateHash(), hashes[i]);
    }
    assert.deepEqual(first.snapshot(), second.snapshot());
  });

  it("changes its hash with every command, and differs between chains", () => {
    const { commands, hashes } = record(SEED);
    assert.equal(new Set(hashes).size, hashes.length);
    const elsewhere = createCore({ chainId: 2 });
    for (const sequenced of commands) elsewhere.apply(sequenced);
    assert.notEqual(elsewhere.stateHash(), hashes.at(-1));
  });
});
