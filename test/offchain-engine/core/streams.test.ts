import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Applied, createCore } from "../../../offchain-engine/edge/core.ts";
import { bookChecksum } from "../../../protocol/book-checksum.ts";
import type { EngineEvent } from "../../../protocol/engine/event.ts";
import { ALICE, BOB, CAROL, startedDriver } from "./driver.ts";
import { EventReader } from "./event-reader.ts";
import { RandomCommands } from "./random-commands.ts";
import { RandomSource } from "./random-source.ts";

type OfType<T extends EngineEvent["type"]> = Extract<EngineEvent, { type: T }>;

function of<T extends EngineEvent["type"]>({ events }: Applied, type: T): OfType<T>[] {
  return events.filter((event): event is OfType<T> => event.type === type);
}

function create() {
  const exchange = startedDriver(createCore({ chainId: 1, expiryLeadMs: 0 }));
  let last: Applied = {
    events: [],
    changes: { placed: null, orders: [], fills: [], balances: [], positions: [], markets: [] },
  };
  const { apply } = exchange.engine;
  exchange.engine.apply = (sequenced) => {
    last = apply(sequenced);
    return last;
  };
  return { exchange, applied: () => last };
}

function changesOf(applied: Applied, account: string): string[] {
  return of(applied, "account")
    .filter((event) => event.account === account)
    .map(({ change }) => change.kind);
}

describe("streams", () => {
  it("say nothing of a refused order", () => {
    const { exchange, applied } = create();
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 1000000 @ 999");
    assert.deepEqual(applied().events, []);
    assert.deepEqual(applied().changes.orders, []);
  });

  it("tell a book's changed levels only, numbered, with the checksum of the whole", () => {
    const { exchange, applied } = create();
    exchange.place(ALICE, "BUY YES 10 @ 400");
    exchange.place(ALICE, "BUY YES 20 @ 410");
    assert.deepEqual(of(applied(), "book"), [
      {
        type: "book",
        marketId: 1,
        seq: 2,
        prev: 1,
        bids: [[410, 20]],
        asks: [],
        checksum: bookChecksum(
          [
            [410, 20],
            [400, 10],
          ],
          [],
        ),
        timeMs: exchange.timeMs,
      },
    ]);
    exchange.place(BOB, "SELL YES 25 @ 400");
    const [event] = of(applied(), "book");
    assert.deepEqual(event?.bids, [
      [410, 0],
      [400, 5],
    ]);
  });

  it("say what happened to each order, to its owner", () => {
    const { exchange, applied } = create();
    const told = () =>
      of(applied(), "account").flatMap(({ account, change }) =>
        change.kind === "order" ? [[account, change.event, change.order.status]] : [],
      );
    const first = exchange.place(ALICE, "BUY YES 10 @ 400", { nonce: "7" }).order.hash;
    assert.deepEqual(told(), [[ALICE, "placed", "open"]]);
    exchange.place(ALICE, "BUY YES 20 @ 410", { nonce: "7", replaces: first });
    assert.deepEqual(told(), [
      [ALICE, "cancelled", "cancelled"],
      [ALICE, "amended", "open"],
    ]);
    exchange.place(BOB, "SELL YES 5 @ 410");
    assert.deepEqual(told().sort(), [
      [ALICE, "matched", "partially_filled"],
      [BOB, "placed", "filled"],
    ]);
    const last = exchange.place(CAROL, "BUY YES 1 @ 300").order.hash;
    exchange.cancel(CAROL, last);
    assert.deepEqual(told(), [[CAROL, "cancelled", "cancelled"]]);
  });

  it("say nothing of a level that is as it was", () => {
    const { exchange, applied } = create();
    const own = exchange.place(ALICE, "BUY YES 10 @ 400", { nonce: "7" }).order.hash;
    exchange.place(ALICE, "BUY YES 10 @ 400", { nonce: "7", replaces: own, maxFeeBps: 5 });
    assert.deepEqual(of(applied(), "book"), []);
  });

  it("tell each trade once, numbered as the market's trades", () => {
    const { exchange, applied } = create();
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(ALICE, "SELL YES 10 @ 501");
    const { fills } = exchange.place(BOB, "BUY YES 20 @ 501");
    assert.deepEqual(
      of(applied(), "trade").map(({ seq, prev, fill }) => [seq, prev, fill]),
      [
        [1, 0, fills[0]],
        [2, 1, fills[1]],
      ],
    );
    exchange.settle(1, 1, 2);
    assert.deepEqual(of(applied(), "trade"), []);
    assert.deepEqual(changesOf(applied(), BOB), ["fill", "fill", "balance", "position"]);
  });

  it("tell each account only its own: orders, fills, balance, position", () => {
    const { exchange, applied } = create();
    exchange.place(ALICE, "SELL YES 10 @ 500");
    assert.deepEqual(changesOf(applied(), ALICE), ["order", "position"]);
    exchange.place(BOB, "BUY YES 10 @ 500");
    for (const account of [ALICE, BOB]) {
      assert.deepEqual(changesOf(applied(), account), ["order", "fill", "balance", "position"]);
    }
    assert.deepEqual(changesOf(applied(), CAROL), []);
    const roles = of(applied(), "account").flatMap(({ account, change }) =>
      change.kind === "fill" ? [[account, change.role]] : [],
    );
    assert.deepEqual(roles, [
      [BOB, "taker"],
      [ALICE, "maker"],
    ]);
  });

  it("tell of a market's appearance and close", () => {
    const { exchange, applied } = create();
    exchange.wait(10_000);
    const [event] = of(applied(), "market");
    assert.deepEqual([event?.seq, event?.prev, event?.market.status], [2, 1, "closed"]);
  });

  it("carry the rows of the projection, once each", () => {
    const { exchange, applied } = create();
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(ALICE, "SELL YES 10 @ 500");
    exchange.place(BOB, "BUY YES 30 @ 500");
    const { placed, orders, fills, balances, positions } = applied().changes;
    assert.equal(new Set(orders.map(({ hash }) => hash)).size, 3);
    assert.deepEqual(
      [orders.length, fills.length, balances.length, positions.length],
      [3, 2, 2, 2],
    );
    assert.equal(orders[0]?.order.maker, BOB);
    assert.equal(placed, orders[0]?.hash);
  });

  it("rebuild, read alone, every book, balance, position and open order", () => {
    const core = createCore({ chainId: 1, expiryLeadMs: 1_000 });
    const reader = new EventReader();
    const options = { chainRefusesFills: true, batchSize: 8 };
    const source = new RandomCommands(new RandomSource(5), options);
    for (let i = 0; i < 3_000; i++) {
      const applied = core.apply(source.next());
      source.learn(applied);
      for (const event of applied.events) reader.read(event);
    }
    const { books, markets, marketsSeq, trades } = core.snapshot();
    assert.deepEqual(
      books.map(({ marketId, seq, bids, asks }) => ({ marketId, seq, bids, asks })),
      markets.map(({ marketId }) => reader.book(marketId)),
    );
    assert.deepEqual(markets, reader.markets());
    assert.equal(marketsSeq, reader.seq("markets"));
    for (const { marketId, seq } of trades) assert.equal(seq, reader.seq(`trades ${marketId}`));
    for (const account of source.accounts) {
      const { accountSeq, balance, positions, openOrders } = core.account(account);
      assert.equal(accountSeq, reader.seq(`account ${account}`));
      assert.deepEqual(reader.account(account), {
        balance,
        positions,
        openOrders: openOrders.sort((a, b) => a.hash.localeCompare(b.hash)),
      });
    }
  });
});
