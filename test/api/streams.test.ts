import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { bookChecksum } from "../../protocol/book-checksum.ts";
import {
  WS_CLOSE_TOO_MANY_CONNECTIONS,
  WS_CLOSE_TOO_MANY_MESSAGES,
} from "../../protocol/wire/close-codes.ts";
import { serverFrameSchema } from "../../protocol/wire/stream.ts";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";
import { connectSocket, rawSocket } from "./support/test-socket.ts";

describe("streams", () => {
  const world = useApiWorld({
    WS_HEARTBEAT_MS: "200",
    WS_MAX_SUBSCRIPTIONS: "4",
    WS_REPLAY_FRAMES: "5",
  });
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("book-market");
  });

  const open = () => connectSocket(world().api.url);

  async function placeAt(price: number, quantity = 100): Promise<void> {
    const { call, trader, order } = world();
    const body = await order(await trader(), { marketId, price, quantity });
    assert.equal((await call("POST", "/v1/orders", { body })).status, 201);
  }

  const refused: [string, string, string][] = [
    ["what is not JSON", "{", "body_malformed"],
    ["an unknown operation", '{"op":"dance"}', "validation_failed"],
    ["a stream that there is not", '{"op":"subscribe","stream":"book:nowhere"}', "stream_unknown"],
    [
      "a kind that there is not",
      '{"op":"subscribe","stream":"gossip:book-market"}',
      "stream_unknown",
    ],
    ["the account stream of nobody", '{"op":"subscribe","stream":"account"}', "unauthenticated"],
    ["a false token", '{"op":"auth","token":"agon_x"}', "unauthenticated"],
    ["leaving what was never joined", '{"op":"unsubscribe","stream":"markets"}', "stream_unknown"],
    [
      "a resume from before zero",
      '{"op":"resume","stream":"markets","after":-1}',
      "validation_failed",
    ],
  ];
  for (const [what, text, code] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      const socket = await open();
      socket.send(text);
      assert.equal((await socket.next("error")).code, code);
      socket.close();
    });
  }

  it("bounds the subscriptions of a connection", async () => {
    const socket = await open();
    for (const stream of [
      "markets",
      "book:book-market",
      "trades:book-market",
      "ticker:book-market",
    ]) {
      socket.send({ op: "subscribe", stream });
      await socket.next("snapshot");
    }
    const { engine } = world();
    await engine.createMarket("one-too-many");
    socket.send({ op: "subscribe", stream: "book:one-too-many" });
    assert.equal((await socket.next("error")).code, "too_many_subscriptions");
    socket.close();
  });

  it("gives a snapshot, then changes without a hole whose checksums hold", async () => {
    const socket = await open();
    socket.send({ op: "subscribe", stream: "book:book-market", id: 7 });
    const snapshot = await socket.next("snapshot");
    assert.equal(snapshot.id, 7);
    const bids = new Map<number, number>(snapshot.bids);
    const asks = new Map<number, number>(snapshot.asks);
    let { seq } = snapshot;
    for (const price of [201, 202, 203]) await placeAt(price);
    for (let i = 0; i < 3; i++) {
      const frame = await socket.next("book");
      assert.equal(frame.prev, seq);
      seq = frame.seq;
      for (const [price, quantity] of frame.bids) bids.set(price, quantity);
      for (const [price, quantity] of frame.asks) asks.set(price, quantity);
      const held = (side: Map<number, number>) => [...side].filter(([, quantity]) => quantity > 0);
      const best = held(bids).sort(([a], [b]) => b - a);
      const offered = held(asks).sort(([a], [b]) => a - b);
      assert.equal(bookChecksum(best, offered), frame.checksum);
    }
    const { body } = await world().call("GET", "/v1/markets/book-market/book");
    assert.equal(body.seq, seq);
    socket.close();
  });

  it("repairs a gap by resume, and says when the log is too short", async () => {
    const socket = await open();
    socket.send({ op: "subscribe", stream: "book:book-market" });
    const { seq } = await socket.next("snapshot");
    socket.close();
    for (const price of [301, 302, 303]) await placeAt(price);

    const later = await open();
    later.send({ op: "resume", stream: "book:book-market", after: seq });
    assert.equal((await later.next("resumed")).after, seq);
    const seqs = [];
    for (let i = 0; i < 3; i++) seqs.push((await later.next("book")).seq);
    assert.deepEqual(seqs, [seq + 1, seq + 2, seq + 3]);
    later.close();

    for (const price of [311, 312, 313, 314]) await placeAt(price);
    const tooLate = await open();
    tooLate.send({ op: "resume", stream: "book:book-market", after: seq });
    assert.equal((await tooLate.next("error")).code, "stream_too_old");
    assert.equal((await tooLate.next("snapshot")).seq, seq + 7);
    tooLate.send({ op: "resume", stream: "book:book-market", after: seq + 1000 });
    assert.equal((await tooLate.next("error")).code, "stream_too_old");
    tooLate.close();
  });

  it("tells an account of its orders, fills, balance and positions, and nobody else", async () => {
    const { call, trader, signIn, order } = world();
    const [maker, taker] = [await trader(), await trader()];
    const [own, foreign] = [await open(), await open()];
    own.send({ op: "auth", token: await signIn(maker) });
    assert.equal((await own.next("authenticated")).account, maker.address.toLowerCase());
    foreign.send({ op: "auth", token: await signIn(await trader(0n)) });
    await foreign.next("authenticated");
    for (const socket of [own, foreign]) {
      socket.send({ op: "subscribe", stream: "account" });
    }
    const snapshot = await own.next("snapshot");
    await foreign.next("snapshot");
    assert.equal(snapshot.balance.availableMicro, "1000000000");

    await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 900, quantity: 10 }),
    });
    await call("POST", "/v1/orders", {
      body: await order(taker, { marketId, outcome: 0, price: 100, quantity: 10 }),
    });
    const kinds = new Set<string>();
    let { seq } = snapshot;
    while (kinds.size < 4) {
      const frame = await own.next("account");
      assert.equal(frame.prev, seq);
      seq = frame.seq;
      assert.equal(frame.account, maker.address.toLowerCase());
      kinds.add(frame.change.kind);
    }
    assert.deepEqual([...kinds].sort(), ["balance", "fill", "order", "position"]);
    assert.ok(foreign.seen.every(({ type }) => type !== "account"));
    own.close();
    foreign.close();
  });

  it("replays an account's missed events after a reconnect", async () => {
    const { call, trader, signIn, order } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const first = await open();
    first.send({ op: "auth", token });
    first.send({ op: "subscribe", stream: "account" });
    const { seq } = await first.next("snapshot");
    first.close();
    const placed = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 50 }),
    });
    const second = await open();
    second.send({ op: "auth", token });
    second.send({ op: "resume", stream: "account", after: seq });
    await second.next("resumed");
    const frame = await second.next("account");
    assert.equal(frame.prev, seq);
    assert.equal(frame.change.order.hash, placed.body.order.hash);
    second.close();
  });

  it("replays an account's missed events in a process that started after them", async () => {
    const { call, trader, signIn, order, startReplica } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const first = await open();
    first.send({ op: "auth", token });
    first.send({ op: "subscribe", stream: "account" });
    const { seq } = await first.next("snapshot");
    first.close();
    const placed = await call("POST", "/v1/orders", {
      body: await order(maker, { marketId, price: 51 }),
    });
    const replica = await startReplica();
    try {
      // What accounts were told before the process's own snapshot comes in soon after that.
      await eventually(async () => {
        const second = await connectSocket(replica.url);
        second.send({ op: "auth", token });
        second.send({ op: "resume", stream: "account", after: seq });
        const answer = await Promise.any([second.next("resumed"), second.next("error")]);
        if (answer.type === "error") assert.equal(answer.code, "stream_too_old");
        else {
          const frame = await second.next("account");
          assert.equal(frame.prev, seq);
          assert.equal(frame.change.order.hash, placed.body.order.hash);
        }
        second.terminate();
        return answer.type === "resumed";
      });
    } finally {
      await replica.stop();
    }
  });

  it("ends the account stream with the session", async () => {
    const { call, trader, signIn } = world();
    const token = await signIn(await trader());
    const socket = await open();
    socket.send({ op: "auth", token });
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    await call("POST", "/v1/auth/logout", { token });
    assert.equal((await socket.next("error")).code, "session_expired");
    socket.close();
  });

  it("ends the account stream by a frame when the connection signs in as another", async () => {
    const { trader, signIn } = world();
    const [first, second] = [await signIn(await trader()), await signIn(await trader())];
    const socket = await open();
    socket.send({ op: "auth", token: first });
    socket.send({ op: "subscribe", stream: "account" });
    await socket.next("snapshot");
    socket.send({ op: "auth", token: first });
    socket.send({ op: "auth", token: second });
    const ended = await socket.next("error");
    assert.deepEqual([ended.code, ended.stream], ["account_changed", "account"]);
    socket.send({ op: "unsubscribe", stream: "account" });
    assert.equal((await socket.next("error")).code, "stream_unknown");
    socket.close();
  });

  it("says what mends a refusal on a socket, not over HTTP", async () => {
    const socket = await open();
    socket.send({ op: "subscribe", stream: "account" });
    assert.match((await socket.next("error")).mend, /"op":"auth"/);
    socket.send({ op: "resume", stream: "markets", after: 999_999 });
    assert.match((await socket.next("error")).mend, /by itself/);
    socket.close();
  });

  it("publishes trades, tickers and markets", async () => {
    const { call, trader, order, engine } = world();
    const socket = await open();
    for (const stream of ["trades:book-market", "ticker:book-market", "markets"]) {
      socket.send({ op: "subscribe", stream });
      await socket.next("snapshot");
    }
    await call("POST", "/v1/orders", {
      body: await order(await trader(), { marketId, price: 950, quantity: 10 }),
    });
    await call("POST", "/v1/orders", {
      body: await order(await trader(), { marketId, outcome: 0, price: 50, quantity: 10 }),
    });
    const trade = await socket.next("trade");
    assert.equal(trade.fill.yesPriceTicks, 950);
    const ticker = await socket.next("ticker");
    const last = await socket.next("ticker");
    assert.equal(last.prev, ticker.seq);
    assert.equal(last.ticker.lastYesPriceTicks, 950);
    await engine.createMarket("brand-new");
    assert.equal((await socket.next("market")).market.slug, "brand-new");
    socket.close();
  });

  it("gives trades as settlement has them in a later snapshot, and tells each only once", async () => {
    const { call, trader, order, engine } = world();
    const settledMarket = await engine.createMarket("settled-market");
    const socket = await open();
    const stream = "trades:settled-market";
    socket.send({ op: "subscribe", stream });
    await socket.next("snapshot");
    for (const fields of [{ price: 600 }, { outcome: 0, price: 400 }] as const) {
      const body = await order(await trader(), { marketId: settledMarket, ...fields });
      assert.equal((await call("POST", "/v1/orders", { body })).status, 201);
    }
    const { fill } = await socket.next("trade");
    assert.equal(fill.status, "matched");
    const transactionHash = await engine.simulateSettlement(fill.fillSeq);
    const latest = async () => {
      socket.send({ op: "subscribe", stream });
      return (await socket.next("snapshot")).trades[0];
    };
    await eventually(async () => (await latest()).status === "simulated");
    assert.deepEqual(await latest(), { ...fill, status: "simulated", transactionHash });
    assert.equal(socket.seen.filter(({ type }) => type === "trade").length, 1);
    socket.close();
  });

  it("beats with the last sequence of each stream, in frames that match their schema", async () => {
    const socket = await open();
    socket.send({ op: "subscribe", stream: "book:book-market" });
    const { seq } = await socket.next("snapshot");
    socket.send({ op: "ping", id: "p" });
    assert.equal((await socket.next("pong")).id, "p");
    const beat = await socket.next("heartbeat", ({ streams }) => "book:book-market" in streams);
    assert.equal(beat.streams["book:book-market"], seq);
    socket.send({ op: "unsubscribe", stream: "book:book-market" });
    await socket.next("unsubscribed");
    for (const frame of socket.seen) serverFrameSchema.parse(frame);
    socket.close();
  });
});

describe("a slow reader", () => {
  const world = useApiWorld({ WS_MAX_BUFFERED_BYTES: "1024", WS_HEARTBEAT_MS: "60000" });

  it("is cut with a code, while others read on", async () => {
    const { api, call, engine } = world();
    for (let i = 0; i < 50; i++)
      await engine.createMarket(`long-${i}`, { rules: "x".repeat(4000) });
    const [slow, brisk] = [await connectSocket(api.url), await connectSocket(api.url)];
    brisk.send({ op: "subscribe", stream: "markets" });
    await brisk.next("snapshot");
    slow.pause();
    // Snapshots of 200 KB, unread: more than the kernel's buffers and our bound hold.
    for (let i = 0; i < 100; i++) slow.send({ op: "subscribe", stream: "markets" });
    const cut = /ws_closed_total\{[^}]*reason="slow_consumer"[^}]*\} 1/;
    await eventually(async () => cut.test((await call("GET", "/metrics")).text));
    await engine.createMarket("after-the-cut");
    assert.equal((await brisk.next("market")).market.slug, "after-the-cut");
    brisk.close();
    slow.terminate();
  });
});

describe("a websocket's bounds", () => {
  const world = useApiWorld({
    WS_POINTS_PER_SECOND: "3",
    WS_POINTS_PER_SECOND_PER_ADDRESS: "60",
    WS_MAX_SUBSCRIPTIONS_PER_ADDRESS: "3",
    WS_MAX_CONNECTIONS_PER_ADDRESS: "2",
    WS_HEARTBEAT_MS: "60000",
  });
  const open = () => connectSocket(world().api.url);

  it("refuses more messages than a connection may send, and cuts it when it goes on", async () => {
    const socket = await open();
    for (let i = 0; i < 40; i++) socket.send({ op: "ping", id: i });
    assert.equal((await socket.next("error")).code, "rate_limited");
    const answered = socket.seen.filter(({ type }) => type === "pong").length;
    assert.ok(answered >= 30 && answered < 40, `${answered} of 40`);
    for (let i = 0; i < 300; i++) socket.send({ op: "ping" });
    assert.equal((await socket.closed).code, WS_CLOSE_TOO_MANY_MESSAGES);
  });

  it("charges more for a subscription than for a ping, and names the stream", async () => {
    const socket = await open();
    for (let i = 0; i < 10; i++) socket.send({ op: "subscribe", stream: "markets", id: i });
    const refusal = await socket.next("error");
    assert.deepEqual([refusal.code, refusal.stream], ["rate_limited", "markets"]);
    socket.close();
    await socket.closed;
  });

  it("charges for the size of a message", async () => {
    const socket = await open();
    for (let i = 0; i < 8; i++) socket.send(`{"op":"ping"${" ".repeat(7_000)}}`);
    assert.equal((await socket.next("error")).code, "rate_limited");
    socket.close();
    await socket.closed;
  });

  it("bounds the connections and subscriptions of an address", async () => {
    const { engine } = world();
    for (const slug of ["one", "two"]) await engine.createMarket(slug);
    const [first, second] = [await open(), await open()];
    const third = rawSocket(world().api.url);
    assert.equal((await third.closed).code, WS_CLOSE_TOO_MANY_CONNECTIONS);
    for (const stream of ["book:one", "book:two"]) {
      first.send({ op: "subscribe", stream });
      await first.next("snapshot");
    }
    second.send({ op: "subscribe", stream: "book:one" });
    await second.next("snapshot");
    second.send({ op: "subscribe", stream: "book:two" });
    const refusal = await second.next("error");
    assert.equal(refusal.code, "too_many_subscriptions");
    first.send({ op: "unsubscribe", stream: "book:two" });
    await first.next("unsubscribed");
    second.send({ op: "subscribe", stream: "book:two" });
    assert.equal((await second.next("snapshot")).stream, "book:two");
    first.close();
    await first.closed;
    second.send({ op: "subscribe", stream: "markets" });
    await second.next("snapshot");
    second.close();
  });

  it("refuses the handshake of an address that connects too often", async () => {
    const attempts = Array.from({ length: 130 }, () => rawSocket(world().api.url));
    const ends = await Promise.all(attempts.map(({ closed }) => closed));
    assert.ok(ends.some(({ httpStatus }) => httpStatus === 429));
  });
});

describe("a candles stream", () => {
  const world = useApiWorld({ WS_HEARTBEAT_MS: "60000" });

  async function trade(marketId: number, price: number, quantity: number): Promise<void> {
    const { call, order, trader } = world();
    for (const fields of [
      { price, quantity },
      { outcome: 0, price: 1000 - price, quantity },
    ] as const) {
      const body = await order(await trader(), { marketId, ...fields });
      assert.equal((await call("POST", "/v1/orders", { body })).status, 201);
    }
  }

  it("refuses a width that there is not", async () => {
    await world().engine.createMarket("narrow");
    const socket = await connectSocket(world().api.url);
    for (const stream of ["candles:narrow", "candles:narrow:2m", "candles:narrow:1m:", "candles"]) {
      socket.send({ op: "subscribe", stream });
      assert.equal((await socket.next("error")).code, "stream_unknown");
    }
    socket.close();
  });

  it("begins with what the tables have, goes on with each trade, and equals a new reader's", async () => {
    const { api, engine } = world();
    const marketId = await engine.createMarket("candled");
    await trade(marketId, 600, 100);
    const socket = await connectSocket(api.url);
    const stream = "candles:candled:1w";
    socket.send({ op: "subscribe", stream });
    const snapshot = await socket.next("snapshot");
    assert.equal(snapshot.seq, 1);
    const [before] = snapshot.candles;
    assert.deepEqual(
      [before.openTicks, before.closeTicks, before.volumeLots, before.volumeMicro, before.trades],
      [600, 600, "100", String(400 * 100 * 10), 1],
    );
    await trade(marketId, 500, 50);
    const first = await socket.next("candle");
    assert.deepEqual([first.seq, first.prev, first.interval], [2, 1, "1w"]);
    await trade(marketId, 700, 10);
    const { candle, seq } = await socket.next("candle");
    assert.equal(seq, 3);
    assert.deepEqual(
      [candle.openTicks, candle.highTicks, candle.lowTicks, candle.closeTicks],
      [600, 700, 500, 700],
    );
    assert.deepEqual([candle.volumeLots, candle.trades], ["160", 3]);
    const later = await connectSocket(api.url);
    later.send({ op: "subscribe", stream });
    assert.deepEqual((await later.next("snapshot")).candles, [candle]);
    // Another width of the same market is read from the tables.
    later.send({ op: "subscribe", stream: "candles:candled:1d" });
    const day = await later.next("snapshot");
    assert.deepEqual({ ...day.candles.at(-1), startTime: 0 }, { ...candle, startTime: 0 });
    later.close();
    socket.send({ op: "resume", stream, after: 2 });
    assert.equal((await socket.next("resumed")).after, 2);
    assert.deepEqual((await socket.next("candle")).candle, candle);
    socket.close();
  });

  it("is forgotten when nobody reads it, and begins anew", async () => {
    const { api, engine } = world();
    const marketId = await engine.createMarket("left");
    const stream = "candles:left:1m";
    const socket = await connectSocket(api.url);
    socket.send({ op: "subscribe", stream });
    assert.deepEqual((await socket.next("snapshot")).candles, []);
    socket.send({ op: "unsubscribe", stream });
    await socket.next("unsubscribed");
    await trade(marketId, 300, 5);
    socket.send({ op: "resume", stream, after: 0 });
    assert.equal((await socket.next("error")).code, "stream_too_old");
    const snapshot = await socket.next("snapshot");
    assert.deepEqual([snapshot.seq, snapshot.candles.length], [1, 1]);
    await trade(marketId, 310, 5);
    assert.equal((await socket.next("candle")).candle.closeTicks, 310);
    socket.close();
  });
});
