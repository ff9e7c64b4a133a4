import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import { ReplacedMarketError } from "../../../offchain-engine/edge/replaced-market-error.ts";
import type { ChainEvent } from "../../../protocol/engine/command.ts";
import {
  ALICE,
  address,
  BOB,
  batchSettled,
  type Driver,
  failure,
  hash,
  marketCreated,
  startedDriver,
} from "./driver.ts";
import { describeEngines, type EngineUnderTest } from "./engine-under-test.ts";
import { RandomCommands } from "./random-commands.ts";
import { RandomSource } from "./random-source.ts";

const HUNDRED = 100_000_000;
const DELEGATE = address("d1");

function deposited(amountMicro: number): ChainEvent {
  return { type: "deposited", account: ALICE, amountMicro: amountMicro.toString() };
}

function withdrawn(amountMicro: number, releaseNonce: string): ChainEvent {
  return { type: "withdrawn", account: ALICE, amountMicro: amountMicro.toString(), releaseNonce };
}

function delegate(type: "delegate_added" | "delegate_removed"): ChainEvent {
  return { type, account: ALICE, delegate: DELEGATE, effectiveAt: 4_000_000 };
}

/** Alice sells 10 YES to Bob at 500, `fills` times; all of it settles in the next block. */
function settleTrades(exchange: Driver<EngineUnderTest>, fills: number): void {
  for (let i = 0; i < fills; i++) {
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
  }
  exchange.settle(1, 1, fills);
}

describeEngines("a block that is undone", (createEngine) => {
  it("changes nothing when it is not the last that was taken, or undone already", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(deposited(1));
    exchange.block(deposited(2));
    exchange.send({ kind: "block_undone", number: exchange.blockNumber, hash: hash(0xf0) });
    const { blockNumber: number } = exchange;
    exchange.send({ kind: "block_undone", number: number - 1, hash: hash(number - 1) });
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED + 3, 0, 0]);
    exchange.undoBlock();
    exchange.send({ kind: "block_undone", number, hash: hash(number) });
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED + 1, 0, 0]);
  });

  it("changes nothing when it lies deeper than a reorganisation may reach", () => {
    const exchange = startedDriver(createEngine({ maxReorgBlocks: 2 }));
    for (const micro of [1, 2, 4]) exchange.block(deposited(micro));
    for (let i = 0; i < 3; i++) exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED + 1, 0, 0]);
  });

  it("counts again when it comes again", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(deposited(5));
    exchange.undoBlock();
    exchange.block(deposited(5));
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED + 5, 0, 0]);
  });

  it("takes a deposit back from what is free, without touching orders that the rest covers", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(deposited(HUNDRED));
    const { order } = exchange.place(ALICE, "BUY YES 10000 @ 400");
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [60_000_000, 40_000_000, 0]);
    assert.equal(exchange.order(order.hash).status, "open");
  });

  it("cancels the newest orders that the deposit covered, as far as needed", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(deposited(HUNDRED));
    const older = exchange.place(ALICE, "BUY YES 20000 @ 400").order.hash;
    const newer = exchange.place(ALICE, "BUY YES 20000 @ 400").order.hash;
    exchange.undoBlock();
    assert.equal(exchange.order(older).status, "open");
    assert.equal(exchange.order(newer).cancelReason, "withdrawal");
    assert.deepEqual(exchange.cash(ALICE), [20_000_000, 80_000_000, 0]);
  });

  it("refuses the orders of an account in debt until a deposit has paid it", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(deposited(HUNDRED));
    exchange.split(BOB, 40_000);
    // The fills reach beyond what Alice has without the deposit.
    const { blockNumber } = exchange;
    exchange.place(BOB, "SELL YES 30000 @ 500");
    exchange.place(ALICE, "BUY YES 30000 @ 500");
    exchange.undoBlock();
    exchange.undoBlock();
    assert.equal(exchange.blockNumber, blockNumber - 2);
    assert.deepEqual(exchange.cash(ALICE), [-50_000_000, 0, 0]);
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 1 @ 1");
    exchange.block(deposited(50_000_001));
    assert.deepEqual(exchange.cash(ALICE), [1, 0, 0]);
  });

  it("takes split and imported shares back with the cost that they brought", () => {
    const exchange = startedDriver(createEngine());
    const before = exchange.engine.account(ALICE).positions;
    const shares = { account: ALICE, marketId: 1, quantityLots: "500" } as const;
    exchange.block(
      { type: "shares_split", ...shares },
      { type: "shares_imported", ...shares, outcome: 1 },
    );
    exchange.undoBlock();
    assert.deepEqual(exchange.engine.account(ALICE).positions, before);
  });

  it("sends a settled batch's fills on their way again, and refuses orders and fast exits till then", () => {
    const exchange = startedDriver(createEngine());
    settleTrades(exchange, 2);
    const seller = hash(1);
    assert.equal(exchange.fills(seller)[0]?.status, "settled");
    exchange.undoBlock();
    assert.equal(exchange.fills(seller)[0]?.status, "submitted");
    assert.equal(exchange.engine.account(ALICE).balance.pendingMicro, "100000");
    exchange.refuses("settlement_behind", BOB, "BUY YES 1 @ 1");
    failure("settlement_behind", exchange.release(BOB, 1));
    exchange.block(batchSettled(1, 2));
    assert.equal(exchange.fills(seller)[0]?.status, "settled");
    assert.equal(exchange.engine.account(ALICE).balance.pendingMicro, "0");
    exchange.place(BOB, "BUY YES 1 @ 1");
    assert.equal(exchange.release(BOB, 1)?.ok, true);
  });

  it("books a skipped fill again, which may hold the second time", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    const held = () => {
      const { balance, positions } = exchange.engine.account(BOB);
      return { balance, positions };
    };
    const booked = held();
    exchange.settle(1, 1, 1, [{ fillIndex: 0, reason: 1 }]);
    assert.deepEqual(exchange.shares(BOB, "YES"), [1000, 0, 0]);
    exchange.undoBlock();
    assert.deepEqual(held(), booked);
    exchange.block(batchSettled(1, 1));
    assert.equal(exchange.fills(hash(1))[0]?.status, "settled");
    assert.deepEqual(exchange.shares(BOB, "YES"), [1010, 0, 0]);
  });

  it("gives the number of an empty batch free again when that is undone", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(batchSettled(1, 0));
    exchange.undoBlock();
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.settle(1, 1, 1);
    assert.equal(exchange.fills(hash(1))[0]?.status, "settled");
  });

  it("keeps the place of an empty batch that is undone before batches that were sent", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(batchSettled(1, 0));
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    exchange.settle(2, 1, 1);
    exchange.undoBlock();
    exchange.undoBlock();
    exchange.block(batchSettled(1, 0), batchSettled(2, 1));
    assert.equal(exchange.fills(hash(1))[0]?.status, "settled");
  });

  it("keeps later batches in their order behind one that is undone", () => {
    const exchange = startedDriver(createEngine());
    settleTrades(exchange, 1);
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 10 @ 500");
    const range = { firstFillSeq: 2, lastFillSeq: 2, transactionHash: hash(2) };
    exchange.send({ kind: "batch_submitted", batchId: 2, ...range, journalHash: hash(2) });
    exchange.undoBlock();
    exchange.block(batchSettled(1, 1), batchSettled(2, 1));
    assert.equal(exchange.fills(hash(3))[0]?.status, "settled");
  });

  it("sets the funds of a fast exit aside again that it had used, or given back", () => {
    const exchange = startedDriver(createEngine({ releaseMarginSeconds: 30 }));
    exchange.release(ALICE, 60_000_000, 60);
    exchange.block(withdrawn(60_000_000, "1"));
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [40_000_000, 0, 60_000_000]);
    exchange.wait(91);
    exchange.block();
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED, 0, 0]);
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [40_000_000, 0, 60_000_000]);
  });

  it("brings a delayed exit back in its earlier size", () => {
    const exchange = startedDriver(createEngine());
    const request = (micro: number): ChainEvent => {
      const amountMicro = micro.toString();
      return { type: "withdrawal_requested", account: ALICE, amountMicro, executableAt: 4_000_000 };
    };
    exchange.block(request(70_000_000));
    exchange.block(request(20_000_000));
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [30_000_000, 0, 70_000_000]);
    exchange.block(withdrawn(70_000_000, "0"));
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [30_000_000, 0, 70_000_000]);
    exchange.block({ type: "withdrawal_cancelled", account: ALICE });
    exchange.undoBlock();
    exchange.undoBlock();
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED, 0, 0]);
  });

  it("takes a delegate's right back with the orders that it signed, or gives it back", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(delegate("delegate_added"));
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 1", { signer: DELEGATE });
    exchange.block(delegate("delegate_removed"));
    exchange.undoBlock();
    exchange.place(ALICE, "BUY YES 1 @ 1", { signer: DELEGATE });
    exchange.undoBlock();
    exchange.refuses("signature_invalid", ALICE, "BUY YES 1 @ 1", { signer: DELEGATE });
    assert.equal(exchange.order(order.hash).cancelReason, "delegate_removed");
  });

  it("lowers a cancel floor again, but gives no nonce back", () => {
    const exchange = startedDriver(createEngine());
    const effectiveAt = 4_000_000;
    exchange.block(
      { type: "cancel_floor_raised", account: ALICE, floor: "500", effectiveAt },
      { type: "cancel_requested", account: ALICE, nonce: "77", effectiveAt },
    );
    exchange.undoBlock();
    exchange.place(ALICE, "BUY YES 1 @ 1", { nonce: "76" });
    exchange.refuses("nonce_used", ALICE, "BUY YES 1 @ 1", { nonce: "77" });
  });

  it("ends a pause, or begins it again", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({ type: "trading_paused" });
    exchange.block({ type: "trading_resumed" });
    exchange.undoBlock();
    exchange.refuses("trading_paused", ALICE, "BUY YES 1 @ 1");
    exchange.undoBlock();
    exchange.place(ALICE, "BUY YES 1 @ 1");
  });

  it("opens a decided market again while its time has not come, and leaves it closed after", () => {
    const exchange = startedDriver(createEngine());
    const proposed = { type: "market_proposed", marketId: 1, payoutYes: 1000 } as const;
    exchange.block(proposed);
    exchange.undoBlock();
    exchange.place(ALICE, "BUY YES 1 @ 1");
    exchange.block(proposed);
    exchange.wait(20_000);
    exchange.undoBlock();
    const [market] = exchange.engine.snapshot().markets;
    assert.deepEqual([market?.status, market?.payoutYes], ["closed", null]);
  });

  it("closes a market that was never created, and opens it when it is", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(marketCreated(2));
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 1", { marketId: 2 });
    exchange.undoBlock();
    assert.equal(exchange.order(order.hash).cancelReason, "market_closed");
    exchange.refuses("market_not_open", ALICE, "BUY YES 1 @ 1", { marketId: 2 });
    exchange.block(marketCreated(2, { slug: "another", priceStep: 10 }));
    exchange.refuses("price_off_step", ALICE, "BUY YES 1 @ 1", { marketId: 2 });
    exchange.place(ALICE, "BUY YES 1 @ 10", { marketId: 2 });
    assert.equal(exchange.engine.snapshot().markets[1]?.slug, "another");
  });
});

describe("a block that is undone in the core", () => {
  it("stops it when another market takes the number of one in which orders have met", () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    exchange.block(marketCreated(2));
    exchange.split(ALICE, 100, 2);
    exchange.place(ALICE, "SELL YES 10 @ 500", { marketId: 2 });
    exchange.place(BOB, "BUY YES 10 @ 500", { marketId: 2 });
    exchange.undoBlock();
    exchange.undoBlock();
    const another = marketCreated(2, { question: "Will the other?" });
    assert.throws(() => exchange.block(another), ReplacedMarketError);
  });

  it("names the blocks that can be undone, newest first, and the one before", () => {
    const exchange = startedDriver(createCore({ chainId: 1, maxReorgBlocks: 2 }));
    const { blockNumber } = exchange;
    const numbers = () => exchange.engine.recentBlocks().map(({ number }) => number);
    assert.deepEqual(numbers(), [blockNumber, blockNumber - 1, blockNumber - 2]);
    exchange.undoBlock();
    assert.equal(exchange.engine.status.lastBlockHash, hash(blockNumber - 1));
    assert.deepEqual(numbers(), [blockNumber - 1, blockNumber - 2]);
  });

  it("tells the owners, and the rows follow", () => {
    const exchange = startedDriver(createCore({ chainId: 1 }));
    settleTrades(exchange, 1);
    const { events, changes } = exchange.undoBlock();
    assert.deepEqual(
      changes.fills.map(({ status }) => status),
      ["submitted"],
    );
    assert.equal(changes.balances.length, 2);
    assert.equal(changes.positions.length, 2);
    const told = events.flatMap((event) =>
      event.type === "account" && event.account === BOB ? [event.change.kind] : [],
    );
    assert.deepEqual(told, ["fill", "balance", "position"]);
  });

  /**
   * All that an account or the public sees, and what the chain is held to have; not what shares cost, since
   * those that come in again count as bought at the mark of then.
   */
  function shown(core: Core, accounts: RandomCommands["accounts"]): unknown {
    const { markets, books } = core.snapshot();
    const ladders = books.map(({ marketId, bids, asks }) => ({ marketId, bids, asks }));
    const owners = accounts.map((account) => {
      const { balance, positions, openOrders, delegates } = core.account(account);
      const lots = positions.map(({ yesCostMicro, noCostMicro, ...position }) => position);
      return { balance, lots, openOrders, delegates: [...delegates].sort() };
    });
    return { markets, ladders, owners, settled: [...core.settledAccounts()] };
  }

  it("leaves everything as it was when its transactions come again and nothing was short", () => {
    let compared = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const core = createCore({ chainId: 1, maxReorgBlocks: 8, releaseMarginSeconds: 1e6 });
      const reorgs = { depth: 8, loses: false, interleaves: false };
      const options = { chainRefusesFills: true, batchSize: 8, reorgs };
      const source = new RandomCommands(new RandomSource(seed), options);
      let before: unknown = null;
      let isShort = false;
      for (let i = 0; i < 1_000; i++) {
        const last = shown(core, source.accounts);
        const sequenced = source.next();
        const applied = core.apply(sequenced);
        source.learn(applied);
        if (sequenced.command.kind === "block_undone" && before === null) {
          before = last;
          isShort = false;
        }
        if (before === null) continue;
        isShort ||= applied.changes.orders.length > 0;
        assert.deepEqual(core.audit(), []);
        if (source.isReorganising) continue;
        if (!isShort) {
          compared++;
          assert.deepEqual(shown(core, source.accounts), before, `seed ${seed}, command ${i}`);
        }
        before = null;
      }
    }
    assert.ok(compared > 200, `${compared} reorganisations`);
  });
});
