import assert from "node:assert/strict";
import { it } from "mocha";
import type { ChainEvent } from "../../../protocol/engine/command.ts";
import { ALICE, address, BOB, type Driver, failure, hash, startedDriver } from "./driver.ts";
import { describeEngines, type EngineUnderTest } from "./engine-under-test.ts";

const HUNDRED = 100_000_000;

function requestWithdrawal(amountMicro: number | bigint): ChainEvent {
  const amount = amountMicro.toString();
  return { type: "withdrawal_requested", account: ALICE, amountMicro: amount, executableAt: 0 };
}

function withdrawn(amountMicro: number, releaseNonce: string): ChainEvent {
  const amount = amountMicro.toString();
  return { type: "withdrawn", account: ALICE, amountMicro: amount, releaseNonce };
}

function requestExport(lots: number): ChainEvent {
  return {
    type: "export_requested",
    account: ALICE,
    marketId: 1,
    outcome: 1,
    quantityLots: lots.toString(),
    executableAt: 0,
  };
}

function exported(lots: number, releaseNonce: string): ChainEvent {
  return {
    type: "shares_exported",
    account: ALICE,
    marketId: 1,
    outcome: 1,
    quantityLots: lots.toString(),
    releaseNonce,
  };
}

/** Alice sells 100 YES to Bob for 500,000 micro; nothing of it has settled. */
function sellUnsettled(exchange: Driver<EngineUnderTest>): void {
  exchange.place(ALICE, "SELL YES 100 @ 500");
  exchange.place(BOB, "BUY YES 100 @ 500");
}

describeEngines("fast exit", (createEngine) => {
  it("is refused for amounts that are none, past deadlines and unknown markets", () => {
    const exchange = startedDriver(createEngine());
    failure("amount_invalid", exchange.release(ALICE, 0));
    const command = { kind: "release", account: ALICE, marketId: 0, asset: 2 } as const;
    const deadline = exchange.timeMs / 1000 + 60;
    for (const amount of ["-1", "1.5", "", "99999999999999999"]) {
      failure("amount_invalid", exchange.send({ ...command, amount, deadline }).verdict);
    }
    failure("validation_failed", exchange.release(ALICE, 1, 0));
    const shares = { ...command, marketId: 9, asset: 1, amount: "1", deadline } as const;
    failure("market_unknown", exchange.send(shares).verdict);
  });

  it("is refused beyond free funds, and says how much there is", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 10000 @ 400");
    const refused = failure("release_exceeds_settled", exchange.release(ALICE, 60_000_001));
    assert.deepEqual(refused.details, { availableMicro: "60000000" });
    const unknown = failure("release_exceeds_settled", exchange.release(address("99"), 1));
    assert.deepEqual(unknown.details, { availableMicro: "0" });
  });

  it("is refused while the account has sixteen that it has not used", () => {
    const exchange = startedDriver(createEngine());
    for (let nonce = 1; nonce <= 16; nonce++) assert.ok(exchange.release(ALICE, 1)?.ok);
    const refused = failure("release_exceeds_settled", exchange.release(ALICE, 1));
    assert.deepEqual(refused.details, { liveReleases: 16 });
    assert.ok(exchange.release(BOB, 1)?.ok);
    exchange.block(withdrawn(1, "3"));
    assert.ok(exchange.release(ALICE, 1)?.ok);
    failure("release_exceeds_settled", exchange.release(ALICE, 1));
    exchange.timeMs += 121_000;
    exchange.block();
    assert.ok(exchange.release(ALICE, 1)?.ok);
  });

  it("covers settled funds only", () => {
    const exchange = startedDriver(createEngine());
    sellUnsettled(exchange);
    failure("release_exceeds_settled", exchange.release(ALICE, HUNDRED + 1));
    assert.equal(exchange.engine.account(ALICE).balance.withdrawableMicro, String(HUNDRED));
    exchange.settle(1, 1, 1);
    assert.equal(exchange.release(ALICE, HUNDRED + 500_000)?.ok, true);
  });

  it("leaves what unsettled fills will take, though as much comes in", () => {
    const exchange = startedDriver(createEngine());
    sellUnsettled(exchange);
    exchange.place(BOB, "SELL NO 100 @ 500");
    exchange.place(ALICE, "BUY NO 100 @ 500");
    const refused = failure("release_exceeds_settled", exchange.release(ALICE, HUNDRED));
    assert.deepEqual(refused.details, { availableMicro: "99500000" });
  });

  it("leaves what a requested withdrawal may take beside unsettled fills, though as much comes in", () => {
    const exchange = startedDriver(createEngine());
    const settled = exchange.cash(ALICE)[0];
    const requested = 60_000_000;
    exchange.block(requestWithdrawal(requested));
    exchange.place(BOB, "SELL YES 1000 @ 400");
    exchange.place(ALICE, "BUY YES 1000 @ 400");
    const debit = 1000 * 400 * 10;
    exchange.place(BOB, "BUY NO 900 @ 600");
    exchange.place(ALICE, "SELL NO 900 @ 600");
    const most = settled - requested - debit;
    assert.ok(exchange.cash(ALICE)[0] > most, "proceeds that have not settled are free, too");
    assert.equal(exchange.release(ALICE, most + 1)?.ok, false);
    assert.equal(exchange.release(ALICE, most)?.ok, true);
  });

  it("sets the funds aside at once, numbered from 1 for each account", () => {
    const exchange = startedDriver(createEngine());
    const deadline = exchange.timeMs / 1000 + 60;
    const granted = (releaseNonce: string) =>
      ({ ok: true, kind: "release", releaseNonce, deadline }) as const;
    assert.deepEqual(exchange.release(ALICE, 60_000_000), granted("1"));
    assert.deepEqual(exchange.release(ALICE, 40_000_000), granted("2"));
    assert.deepEqual(exchange.release(BOB, 1), granted("1"));
    assert.deepEqual(exchange.cash(ALICE), [0, 0, HUNDRED]);
    failure("release_exceeds_settled", exchange.release(ALICE, 1));
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 1 @ 1");
  });

  it("is used up by the chain's withdrawal of its nonce", () => {
    const exchange = startedDriver(createEngine());
    exchange.release(ALICE, 60_000_000);
    exchange.release(ALICE, 10_000_000);
    exchange.block(withdrawn(60_000_000, "1"));
    assert.deepEqual(exchange.cash(ALICE), [30_000_000, 0, 10_000_000]);
  });

  it("returns when a block past its deadline and the margin arrives, not before", () => {
    const exchange = startedDriver(createEngine({ releaseMarginSeconds: 30 }));
    exchange.release(ALICE, 60_000_000, 60);
    exchange.wait(1000);
    assert.deepEqual(exchange.cash(ALICE), [40_000_000, 0, 60_000_000]);
    const timestamp = exchange.timeMs / 1000 - 1000 + 90;
    const block = (number: number, timestamp: number) =>
      exchange.send({ kind: "block", number, hash: hash(number), timestamp, events: [] });
    block(100, timestamp);
    assert.deepEqual(exchange.cash(ALICE), [40_000_000, 0, 60_000_000]);
    block(101, timestamp + 1);
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED, 0, 0]);
  });

  it("of shares works alike", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 300 @ 900");
    const command = { kind: "release", account: ALICE, marketId: 1, asset: 1 } as const;
    const deadline = exchange.timeMs / 1000 + 60;
    const refused = exchange.send({ ...command, amount: "701", deadline }).verdict;
    assert.deepEqual(failure("release_exceeds_settled", refused).details, {
      availableLots: "700",
    });
    assert.equal(exchange.send({ ...command, amount: "700", deadline }).verdict?.ok, true);
    assert.deepEqual(exchange.shares(ALICE, "YES"), [0, 300, 700]);
    exchange.block(exported(700, "1"));
    assert.deepEqual(exchange.shares(ALICE, "YES"), [0, 300, 0]);
  });
});

describeEngines("delayed exit", (createEngine) => {
  it("sets free cash aside without touching orders when it is enough", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 10000 @ 400");
    exchange.block(requestWithdrawal(60_000_000));
    assert.deepEqual(exchange.cash(ALICE), [0, 40_000_000, 60_000_000]);
    assert.equal(exchange.order(order.hash).status, "open");
  });

  it("cancels orders that lock cash, the newest first, as far as needed", () => {
    const exchange = startedDriver(createEngine());
    const oldest = exchange.place(ALICE, "BUY YES 5000 @ 400").order.hash;
    const newest = exchange.place(ALICE, "BUY YES 5000 @ 400").order.hash;
    const sale = exchange.place(ALICE, "SELL YES 10 @ 900").order.hash;
    exchange.block(requestWithdrawal(70_000_000));
    assert.deepEqual(exchange.cash(ALICE), [10_000_000, 20_000_000, 70_000_000]);
    assert.equal(exchange.order(oldest).status, "open");
    assert.equal(exchange.order(newest).cancelReason, "withdrawal");
    assert.equal(exchange.order(sale).status, "open");
  });

  it("of more than there is takes what comes in later, too", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(requestWithdrawal(2n ** 256n - 1n));
    exchange.deposit(ALICE, 5);
    exchange.place(ALICE, "SELL YES 100 @ 500");
    exchange.place(BOB, "BUY YES 100 @ 500");
    assert.deepEqual(exchange.cash(ALICE), [0, 0, HUNDRED + 5 + 500_000]);
    exchange.block({ type: "withdrawal_cancelled", account: ALICE });
    assert.deepEqual(exchange.cash(ALICE), [HUNDRED + 500_005, 0, 0]);
  });

  it("is replaced by a new request", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(requestWithdrawal(70_000_000));
    exchange.block(requestWithdrawal(20_000_000));
    assert.deepEqual(exchange.cash(ALICE), [80_000_000, 0, 20_000_000]);
  });

  it("is used up by the chain's withdrawal, though it paid less", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(requestWithdrawal(70_000_000));
    exchange.block(withdrawn(50_000_000, "0"));
    assert.deepEqual(exchange.cash(ALICE), [50_000_000, 0, 0]);
    exchange.place(ALICE, "BUY YES 10000 @ 500");
  });

  it("of shares cancels the sales of that outcome only", () => {
    const exchange = startedDriver(createEngine());
    const yes = exchange.place(ALICE, "SELL YES 600 @ 900").order.hash;
    const no = exchange.place(ALICE, "SELL NO 600 @ 900").order.hash;
    exchange.block(requestExport(500));
    assert.equal(exchange.order(yes).cancelReason, "withdrawal");
    assert.equal(exchange.order(no).status, "open");
    assert.deepEqual(exchange.shares(ALICE, "YES"), [500, 0, 500]);
    exchange.block(exported(500, "0"));
    assert.deepEqual(exchange.shares(ALICE, "YES"), [500, 0, 0]);
  });

  it("of shares ends when it is cancelled", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(requestExport(500));
    exchange.block({ type: "export_cancelled", account: ALICE, marketId: 1, outcome: 1 });
    assert.deepEqual(exchange.shares(ALICE, "YES"), [1000, 0, 0]);
  });

  it("that the chain pays beyond what is free cancels orders, and may leave a debt", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 10000 @ 500");
    exchange.place(BOB, "SELL YES 1000 @ 500");
    exchange.block(withdrawn(HUNDRED, "0"));
    assert.equal(exchange.order(order.hash).cancelReason, "withdrawal");
    assert.deepEqual(exchange.cash(ALICE), [-5_000_000, 0, 0]);
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 1 @ 1");
    exchange.deposit(ALICE, 6_000_000);
    assert.deepEqual(exchange.cash(ALICE), [1_000_000, 0, 0]);
  });

  it("leaves imported shares free to sell", () => {
    const exchange = startedDriver(createEngine());
    const lots = { account: ALICE, marketId: 1, outcome: 1, quantityLots: "50" } as const;
    exchange.block({ type: "shares_imported", ...lots });
    exchange.place(ALICE, "SELL YES 1050 @ 900");
  });
});
