import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { isAgonError } from "../../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import { type Peer, type StreamServer, startStreamServer } from "../fixture/stream-server.ts";
import { TrueBook } from "../fixture/true-book.ts";

const STREAM = "book:eth-up";
const DEADLINE_MS = 10_000;

describe("stream connection", () => {
  let server: StreamServer;
  let client: AgonClient;
  let book: TrueBook;
  let isMute: boolean;

  beforeEach(async () => {
    book = new TrueBook(STREAM);
    isMute = false;
    server = await startStreamServer({
      heartbeatMs: 1_000,
      positions: () => ({ [STREAM]: book.seq }),
      onFrame(frame, peer) {
        if (isMute || frame.op === "unsubscribe" || !("stream" in frame)) return;
        if (frame.stream === STREAM) peer.send(book.snapshot());
        else
          peer.send({
            type: "error",
            code: "stream_unknown",
            title: "",
            mend: "",
            stream: frame.stream,
          });
      },
    });
    client = await connect(server.url, {
      streams: { baseDelayMs: 1, maxDelayMs: 5, silenceMs: 200 },
    });
  });

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  it("refuses the account stream without a session", () => {
    assert.throws(
      () => client.openAccount(),
      (error) => isAgonError(error, "unauthenticated"),
    );
  });

  it("tells that a stream is unknown to everyone who waits for it", async () => {
    const live = client.openBook("no-such");
    await assert.rejects(live.ready(DEADLINE_MS), (error) => isAgonError(error, "stream_unknown"));
    await assert.rejects(
      live.waitFor(() => true, DEADLINE_MS),
      (error) => isAgonError(error, "stream_unknown"),
    );
  });

  it("ends a wait whose condition does not come", async () => {
    const live = client.openBook("eth-up");
    await live.ready(DEADLINE_MS);
    await assert.rejects(
      live.waitFor(() => false, 5),
      (error) => isAgonError(error, "condition_timed_out"),
    );
  });

  it("ends a wait when the stream is closed", async () => {
    const live = client.openBook("eth-up");
    await live.ready(DEADLINE_MS);
    const wait = live.waitFor(() => false, DEADLINE_MS);
    live.close();
    await assert.rejects(wait, (error) => isAgonError(error, "stream_closed"));
  });

  it("hands a failure of the condition itself to the one who waits", async () => {
    const live = client.openBook("eth-up");
    await live.ready(DEADLINE_MS);
    const failure = new Error("of the caller");
    await assert.rejects(
      live.waitFor(() => {
        throw failure;
      }, DEADLINE_MS),
      failure,
    );
  });

  it("gives a silent connection up, and comes back", async () => {
    isMute = true;
    const live = client.openBook("eth-up");
    // Heartbeats come once a second, which is too seldom for this client's patience of 200 ms.
    const [first] = await new Promise<Peer[]>((resolve) => {
      server.onConnection = (peer) => resolve([peer]);
    });
    assert.ok(first);
    await new Promise((resolve) => first.socket.once("close", resolve));
    isMute = false;
    await live.ready(DEADLINE_MS);
    assert.ok(server.connections() > 1);
  });

  it("resumes where it was when the server cuts the line", async () => {
    const live = client.openBook("eth-up");
    await live.ready(DEADLINE_MS);
    for (const { socket } of server.peers) socket.terminate();
    book.change(() => 1);
    await live.waitFor(() => live.seq === 1, DEADLINE_MS);
    assert.equal(server.connections(), 2);
    assert.deepEqual(server.received.at(-1), { op: "resume", stream: STREAM, after: 0 });
  });

  it("shares one subscription among all who open the same stream", async () => {
    const first = client.openBook("eth-up");
    await first.ready(DEADLINE_MS);
    const second = client.openBook("eth-up");
    assert.deepEqual(await second.ready(DEADLINE_MS), first.state);
    first.close();
    const frame = book.change(() => 1);
    for (const peer of server.peers) peer.send(frame);
    await second.waitFor(() => second.seq === 1, DEADLINE_MS);
    assert.equal(server.received.length, 1);
  });

  it("hangs up when the last stream is closed", async () => {
    const live = client.openBook("eth-up");
    await live.ready(DEADLINE_MS);
    const [peer] = server.peers;
    assert.ok(peer);
    const hungUp = new Promise((resolve) => peer.socket.once("close", resolve));
    live.close();
    await hungUp;
    assert.equal(server.connections(), 1);
  });

  it("returns after ever longer pauses to a server that greets and hangs up", async () => {
    client.close();
    client = await connect(server.url, { streams: { baseDelayMs: 40, maxDelayMs: 320 } });
    const times: number[] = [];
    const enough = new Promise<void>((resolve) => {
      server.onConnection = ({ socket }) => {
        times.push(performance.now());
        setTimeout(() => socket.close(1008), 5);
        if (times.length === 5) resolve();
      };
    });
    client.openBook("eth-up");
    await enough;
    // Half of each pause is fixed: 20, 40, 80 and 160 ms.
    const lastMs = (times[4] ?? 0) - (times[3] ?? 0);
    assert.ok(lastMs >= 155, `${lastMs}`);
  });

  it("returns at once after a connection that stood", async () => {
    client.close();
    client = await connect(server.url, { streams: { baseDelayMs: 1, maxDelayMs: 600 } });
    let failures = 11;
    const live = client.openBook("eth-up");
    const stands = new Promise<Peer>((resolve) => {
      server.onConnection = (peer) => {
        if (failures-- > 0) peer.socket.terminate();
        else resolve(peer);
      };
    });
    const peer = await stands;
    await live.ready(DEADLINE_MS);
    await new Promise((resolve) => setTimeout(resolve, 650));
    const cutMs = performance.now();
    const again = new Promise((resolve) => {
      server.onConnection = resolve;
    });
    peer.socket.terminate();
    await again;
    // The next of the growing pauses would be 300 ms at the least.
    assert.ok(performance.now() - cutMs < 280);
  });
});
