import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import type { EngineClient } from "../../../api/engine/engine-client.ts";
import { ExchangeMirror } from "../../../api/mirror/exchange-mirror.ts";
import type { Connection, Subscription } from "../../../api/streams/connection.ts";
import { createStreamHub, type StreamHub } from "../../../api/streams/stream-hub.ts";
import { bookChecksum } from "../../../protocol/book-checksum.ts";
import type { EngineEvent } from "../../../protocol/engine/event.ts";
import type { SnapshotReply } from "../../../protocol/engine/request.ts";
import type { FillView, MarketView } from "../../../protocol/engine/view.ts";
import type { AnyFrame } from "../support/test-socket.ts";

/** What the hub looks at in a market. */
const market = (marketId: number, slug: string) => ({ marketId, slug }) as MarketView;

function level(price: number, lots: number) {
  const bids: [number, number][] = [[price, lots]];
  return { bids, asks: [], checksum: bookChecksum(bids, []) };
}

function snapshotOf(seq: number, five: string, six: string): SnapshotReply {
  return {
    type: "snapshot",
    seq,
    marketsSeq: 2,
    exchangeSeq: 0,
    exchange: { phase: "open", phaseEndsAtMs: null, tradingPaused: false },
    markets: [market(5, five), market(6, six)],
    books: [
      { marketId: 5, seq: 7, ...level(500, 10) },
      { marketId: 6, seq: 7, ...level(100, 1) },
    ],
    trades: [
      { marketId: 5, seq: 1 },
      { marketId: 6, seq: 1 },
    ],
  } as unknown as SnapshotReply;
}

/** A connection that keeps what it is sent. */
function reader() {
  const frames: AnyFrame[] = [];
  const subscriptions = new Map<string, Subscription>();
  const connection = {
    session: null,
    subscriptions,
    subscribed: (subscription: Subscription) =>
      void subscriptions.set(subscription.stream, subscription),
    unsubscribed: (stream: string) => subscriptions.delete(stream),
    send: (frame: object) => void frames.push(frame),
    sendBytes: (bytes: Buffer) =>
      void frames.push(JSON.parse(bytes.subarray(bytes.indexOf("{")).toString())),
    sendError: (code: string, about: object) => void frames.push({ type: "error", code, ...about }),
  };
  return { connection: connection as unknown as Connection, frames };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("streams of markets that a reorganisation renames", () => {
  let mirror: ExchangeMirror;
  let hub: StreamHub;
  let readOf: number[];

  beforeEach(() => {
    mirror = new ExchangeMirror();
    mirror.reset(snapshotOf(10, "a", "b"), []);
    readOf = [];
    hub = createStreamHub({
      mirror,
      engine: {} as EngineClient,
      replayFrames: 100,
      readCandles: async ({ marketId }) => {
        readOf.push(marketId);
        return { tradeSeq: mirror.market(marketId)?.tradeSeq ?? 0, candles: [] };
      },
    });
  });

  async function join(stream: string) {
    const { connection, frames } = reader();
    const topic = hub.topic(stream, null);
    assert.ok(topic);
    hub.join(connection, topic, undefined);
    await turn();
    return { connection, frames };
  }

  function apply(seq: number, ...events: object[]): void {
    const outcome = mirror.apply({ seq, events: events as EngineEvent[] });
    if (typeof outcome === "string") assert.fail(outcome);
    hub.applied(outcome, seq);
  }

  const renamed = (seq: number, marketId: number, slug: string) => ({
    type: "market",
    seq,
    prev: seq - 1,
    market: market(marketId, slug),
    timeMs: 1,
  });
  const exchangeNames = () => apply(11, renamed(3, 5, "b"), renamed(4, 6, "a"));
  const betterBid = (marketId: number) => {
    const bids = marketId === 5 ? [[500, 10]] : [[100, 1]];
    const all = [[900, 2], ...bids] as [number, number][];
    const change = { bids: [[900, 2]], asks: [], checksum: bookChecksum(all, []) };
    return { type: "book", marketId, seq: 8, prev: 7, ...change, timeMs: 1 };
  };
  const tradeOf = (marketId: number) => ({
    type: "trade",
    marketId,
    seq: 2,
    prev: 1,
    fill: {
      fillSeq: 2,
      marketId,
      tradeSeq: 2,
      yesPriceTicks: 500,
      quantityLots: 1,
      takerOutcome: 1,
      timeMs: 1e12,
      status: "matched",
    } as unknown as FillView,
  });

  it("tell readers that what they have is worth nothing, though its number is the same", async () => {
    const early = await join("book:a");
    assert.equal(early.frames.at(-1).marketId, 5);
    exchangeNames();
    await turn();
    const [error, snapshot] = early.frames.slice(1);
    assert.equal(error.code, "stream_too_old");
    assert.equal(snapshot.type, "snapshot");
    assert.deepEqual(snapshot.bids, [[100, 1]]);
  });

  it("go on with the book of the market that has the name now, for early readers and late", async () => {
    const early = await join("book:a");
    exchangeNames();
    apply(12, betterBid(6));
    await turn();
    apply(13, betterBid(5));
    const late = await join("book:a");
    assert.ok(early.frames.slice(2).every(({ marketId }) => marketId === 6));
    assert.deepEqual(early.frames.at(-1).seq, 8);
    assert.deepEqual(late.frames[0].bids, [
      [900, 2],
      [100, 1],
    ]);
  });

  it("send no frame under a name before its market has it, in one batch with the renaming", async () => {
    const early = await join("book:a");
    apply(11, betterBid(6), renamed(3, 5, "b"), renamed(4, 6, "a"));
    await turn();
    const [error, snapshot, ...rest] = early.frames.slice(1);
    assert.equal(error.code, "stream_too_old");
    assert.equal(snapshot.marketId, 6);
    assert.equal(snapshot.seq, 8);
    assert.deepEqual(rest, []);
  });

  it("cannot be resumed from a number of the former market", async () => {
    const early = await join("book:a");
    exchangeNames();
    apply(12, betterBid(6));
    hub.leaveAll(early.connection);
    const topic = hub.topic("book:a", null);
    assert.ok(topic);
    const { connection, frames } = reader();
    hub.resume(connection, topic, 7, undefined);
    await turn();
    assert.equal(frames[0].code, "stream_too_old");
    assert.equal(frames[1].marketId, 6);
    const again = reader();
    hub.resume(again.connection, topic, 8, undefined);
    assert.equal(again.frames[0].type, "resumed");
  });

  it("give a reader whose snapshot is being read that of the market with the name", async () => {
    const { connection, frames } = reader();
    const topic = hub.topic("candles:a:1m", null);
    assert.ok(topic);
    hub.join(connection, topic, 9);
    exchangeNames();
    await turn();
    const snapshots = frames.filter(({ type }) => type === "snapshot");
    assert.deepEqual(
      snapshots.map(({ marketId, id }) => ({ marketId, id })),
      [{ marketId: 6, id: 9 }],
    );
  });

  it("go on with the candles of both when two markets exchange their names", async () => {
    const first = await join("candles:a:1m");
    const second = await join("candles:b:1m");
    exchangeNames();
    await turn();
    assert.deepEqual(readOf.slice(2).toSorted(), [5, 6]);
    apply(12, tradeOf(5));
    apply(13, tradeOf(6));
    assert.equal(first.frames.at(-1).type, "candle");
    assert.equal(first.frames.at(-1).marketId, 6);
    assert.equal(second.frames.at(-1).type, "candle");
    assert.equal(second.frames.at(-1).marketId, 5);
  });

  it("follow the names of a new snapshot of the engine", async () => {
    const early = await join("book:a");
    mirror.reset(snapshotOf(20, "b", "a"), []);
    hub.reset();
    await turn();
    assert.equal(early.frames.at(-1).marketId, 6);
  });

  it("end when no market has the name any more, and begin again when one has", async () => {
    const early = await join("book:a");
    apply(11, renamed(3, 5, "c"));
    await turn();
    assert.equal(early.frames.at(-1).code, "stream_unknown");
    assert.equal(early.connection.subscriptions.size, 0);
    assert.equal(hub.topic("book:a", null), null);
    apply(12, renamed(4, 6, "a"));
    const late = await join("book:a");
    assert.equal(late.frames[0].marketId, 6);
  });
});
