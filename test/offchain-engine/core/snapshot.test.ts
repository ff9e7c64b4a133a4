import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { CoreAssertionError } from "../../../offchain-engine/core/assert.ts";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import { ALICE, BOB, startedDriver } from "./driver.ts";
import { RandomCommands } from "./random-commands.ts";
import { RandomSource } from "./random-source.ts";
import { loadedCore, savedBytes } from "./saved-core.ts";

/** Try others with `CORE_MODEL_SEED`. */
const SEED = Number(process.env["CORE_MODEL_SEED"] ?? 1);
const STREAMS = 6;
const COMMANDS = 1_200;
const CONFIG = {
  chainId: 1,
  maxOpenOrdersPerAccount: 12,
  maxFillsPerOrder: 2,
  maxUnsettledFills: 15,
  rememberedOrders: 25,
  rememberedFills: 10,
  maxReorgBlocks: 8,
  releaseMarginSeconds: 5,
};

function assertAlike(loaded: Core, core: Core, source: RandomCommands): void {
  assert.equal(loaded.stateHash(), core.stateHash());
  assert.deepEqual(loaded.audit(), []);
  assert.deepEqual(loaded.snapshot(), core.snapshot());
  assert.deepEqual(loaded.status, core.status);
  assert.equal(loaded.dueAtMs(), core.dueAtMs());
  assert.equal(loaded.blockWantedAfter(), core.blockWantedAfter());
  assert.deepEqual(loaded.unsettledFills(0, 1_000), core.unsettledFills(0, 1_000));
  assert.deepEqual([...loaded.settledAccounts()], [...core.settledAccounts()]);
  for (const account of source.accounts) {
    assert.deepEqual(loaded.account(account), core.account(account));
    for (let nonce = 1; nonce < COMMANDS; nonce++) {
      const lane = nonce.toString();
      assert.equal(loaded.settledLaneLots(account, lane), core.settledLaneLots(account, lane));
    }
  }
}

/** Runs one stream; a core that was loaded at some point goes on beside the one that never was. */
function followLoaded(seed: number): void {
  const random = new RandomSource(seed + 7_000);
  const source = new RandomCommands(new RandomSource(seed), {
    chainRefusesFills: seed % 2 === 0,
    batchSize: 8,
    reorgs: { depth: 8, loses: seed % 3 === 0, interleaves: true },
  });
  const core = createCore(CONFIG);
  let loaded = createCore(CONFIG);
  for (let i = 0; i < COMMANDS; i++) {
    const sequenced = source.next();
    try {
      const applied = core.apply(sequenced);
      assert.deepEqual(loaded.apply(structuredClone(sequenced)), applied);
      assert.equal(loaded.stateHash(), core.stateHash());
      source.learn(applied);
      if (!random.chance(4)) continue;
      const bytes = savedBytes(core);
      loaded = loadedCore(CONFIG, bytes);
      assert.ok(Buffer.from(savedBytes(loaded)).equals(bytes), "the same is saved again");
      assertAlike(loaded, core, source);
    } catch (cause) {
      throw new Error(`seed ${seed}, command ${i}: ${JSON.stringify(sequenced)}`, { cause });
    }
  }
}

describe("snapshot of the core", function () {
  this.timeout(120_000);

  it("is refused when a part of it is missing, or something follows it", () => {
    const exchange = startedDriver(createCore(CONFIG));
    exchange.place(ALICE, "BUY YES 10 @ 500");
    const bytes = savedBytes(exchange.engine);
    for (const length of [0, 8, bytes.length >> 1, bytes.length - 8]) {
      assert.throws(() => loadedCore(CONFIG, bytes.subarray(0, length)), CoreAssertionError);
    }
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    assert.throws(() => loadedCore(CONFIG, longer), CoreAssertionError);
  });

  it("holds the core before its first command", () => {
    const core = loadedCore(CONFIG, savedBytes(createCore(CONFIG)));
    assert.equal(core.stateHash(), createCore(CONFIG).stateHash());
    startedDriver(core).place(ALICE, "BUY YES 10 @ 500");
  });

  it("holds signatures, delegates' signers, client ids and nonces of any size", () => {
    const exchange = startedDriver(createCore(CONFIG));
    const delegate = `0x${"d1".repeat(20)}` as const;
    exchange.block({ type: "delegate_added", account: ALICE, delegate });
    const nonce = (2n ** 64n - 1n).toString();
    const clientId = "x".repeat(64);
    const options = {
      nonce,
      clientId,
      signer: delegate,
      expiry: 2 ** 40 - 1,
      timeInForce: 1 as const,
    };
    const { order } = exchange.place(ALICE, "BUY YES 10 @ 500", options);
    const { order: plain } = exchange.place(BOB, "BUY NO 9000000 @ 1", { maxFeeBps: 65_535 });
    const core = loadedCore(CONFIG, savedBytes(exchange.engine));
    for (const { hash } of [order, plain]) {
      assert.deepEqual(core.order(hash), exchange.engine.order(hash));
    }
    assert.equal(core.order(order.hash)?.order.order.nonce, nonce);
    assert.equal(core.order(order.hash)?.order.clientId, clientId);
  });

  it(`taken at any command goes on like the core that it was taken of, over ${STREAMS} streams`, () => {
    for (let seed = SEED; seed < SEED + STREAMS; seed++) followLoaded(seed);
  });
});
