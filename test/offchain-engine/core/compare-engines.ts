import assert from "node:assert/strict";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import type { CoreVerdict } from "../../../offchain-engine/edge/verdict.ts";
import type { AccountState, EngineUnderTest } from "./engine-under-test.ts";
import { RandomCommands, type StreamOptions } from "./random-commands.ts";
import { RandomSource } from "./random-source.ts";
import { createReferenceEngine } from "./reference/reference-engine.ts";

const CONFIG = {
  chainId: 1,
  expiryLeadMs: 2_000,
  maxOpenOrdersPerAccount: 12,
  maxUnsettledFills: 15,
  maxUnsettledAgeMs: 60_000,
  maxUnsettledMicro: 20_000_000,
  rememberedOrders: 25,
  rememberedFills: 10,
  releaseMarginSeconds: 5,
  maxReorgBlocks: 8,
};

/** By seed: most runs meet the limit often, some never. */
const FILL_LIMITS = [1_000, 1, 3];

/** How often the full state of both engines is compared; verdicts are compared at each command. */
const FULL_COMPARISON_EVERY = 7;

/**
 * Runs one random stream through both engines. After each command: equal verdicts, a sound ledger,
 * no crossed book. With an honest chain, everything that was matched settles.
 * @throws AssertionError that names the seed and the command.
 */
export function compareEngines(seed: number, commands: number, options: StreamOptions): void {
  const maxFillsPerOrder = FILL_LIMITS[seed % FILL_LIMITS.length] as number;
  const config = { ...CONFIG, maxFillsPerOrder };
  const core = createCore(config);
  const reference = createReferenceEngine(config);
  const source = new RandomCommands(new RandomSource(seed), options);
  for (let i = 0; i < commands; i++) {
    const sequenced = source.next();
    const where = `seed ${seed}, command ${i}: ${JSON.stringify(sequenced)}`;
    try {
      const applied = core.apply(sequenced);
      const expected = reference.apply(sequenced);
      assert.deepEqual(comparable(applied.verdict), comparable(expected.verdict));
      source.learn(applied);
      assert.deepEqual(core.audit(), []);
      checkBooks(core);
      if (i % FULL_COMPARISON_EVERY === 0) compareStates(core, reference, source);
      const isHonest = !options.chainRefusesFills && !options.reorgs?.loses;
      if (isHonest) checkNothingSkipped(sequenced);
      checkMirror(core, source);
    } catch (cause) {
      throw new Error(where, { cause });
    }
  }
  compareStates(core, reference, source);
}

/** Refusals are compared by code, and by the facts where the reference gives any. */
function comparable(verdict: CoreVerdict | undefined): unknown {
  if (!verdict || verdict.ok) return verdict;
  const { code, details } = verdict;
  return code.startsWith("insufficient_") || code === "release_exceeds_settled"
    ? { code, details }
    : { code };
}

function compareStates(core: Core, reference: EngineUnderTest, source: RandomCommands): void {
  const { markets, books } = core.snapshot();
  const ladders = books.map(({ marketId, bids, asks }) => ({ marketId, bids, asks }));
  assert.deepEqual({ markets, books: ladders }, reference.snapshot());
  for (const account of source.accounts) {
    const { balance, positions, openOrders, delegates } = core.account(account);
    const expected = reference.account(account);
    assert.deepEqual(byMarket({ balance, positions, openOrders, delegates }), byMarket(expected));
  }
}

function byMarket(account: AccountState): AccountState {
  // An account without shares of a market may or may not have a row for it.
  const positions = account.positions
    .filter(({ account: _, marketId: __, ...lots }) => Object.values(lots).some((n) => Number(n)))
    .sort((a, b) => a.marketId - b.marketId);
  return { ...account, positions, delegates: [...account.delegates].sort() };
}

function checkBooks(core: Core): void {
  for (const { marketId, bids, asks } of core.snapshot().books) {
    const [bid] = bids[0] ?? [0];
    const [ask] = asks[0] ?? [1000];
    assert.ok(bid < ask, `the book of market ${marketId} is crossed at ${bid}/${ask}`);
  }
}

function checkNothingSkipped({ command }: { command: { kind: string } }): void {
  if (command.kind !== "block") return;
  const { events } = command as Extract<Parameters<Core["apply"]>[0]["command"], { kind: "block" }>;
  for (const event of events) {
    if (event.type === "batch_settled") assert.deepEqual(event.skipped, []);
  }
}

/** The engine's mirror of the chain is what the chain holds. */
function checkMirror(core: Core, source: RandomCommands): void {
  for (const { account, cashMicro, holdings } of core.settledAccounts()) {
    assert.equal(cashMicro, source.chain.held(account, "cash"));
    for (const { marketId, yesLots, noLots } of holdings) {
      assert.equal(yesLots, source.chain.held(account, `${marketId}:yes`));
      assert.equal(noLots, source.chain.held(account, `${marketId}:no`));
    }
  }
}
