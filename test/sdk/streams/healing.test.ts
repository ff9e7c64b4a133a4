import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { ClientFrame } from "../../../protocol/wire/stream-request.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import type { LiveStream } from "../../../sdk/streams/live-stream.ts";
import type { BookState } from "../../../sdk/streams/open-book.ts";
import { seededRandom } from "../fixture/random.ts";
import { type Peer, type StreamServer, startStreamServer } from "../fixture/stream-server.ts";
import { TrueBook } from "../fixture/true-book.ts";

const STREAM = "book:eth-up";
const CHANGES = 3_000;
const LOG_LENGTH = 50;
const HEARTBEAT_MS = 20;
const DEADLINE_MS = 20_000;

type Fault = "drop" | "duplicate" | "reorder" | "corrupt" | "garbage" | "cut";
const FAULTS: Fault[] = ["drop", "duplicate", "reorder", "corrupt", "garbage", "cut"];

/** A server whose line to its clients breaks every frame in turn, as `faults` says, one in `oneIn`. */
class FaultyLine {
  readonly book = new TrueBook(STREAM);
  readonly done = new Map<Fault, number>();
  isFaulty = true;
  readonly #random: (bound: number) => number;
  readonly #faults: Fault[];
  readonly #oneIn: number;
  readonly #readers = new Set<Peer>();
  readonly #late = new Map<Peer, object>();

  constructor(random: (bound: number) => number, faults: Fault[], oneIn: number) {
    this.#random = random;
    this.#faults = faults;
    this.#oneIn = oneIn;
  }

  take(frame: ClientFrame, peer: Peer): void {
    if (frame.op !== "subscribe" && frame.op !== "resume") return;
    this.#readers.add(peer);
    const oldest = this.book.seq - LOG_LENGTH;
    if (frame.op === "resume" && frame.after >= oldest) {
      this.#send(peer, { type: "resumed", stream: STREAM, after: frame.after });
      for (const missed of this.book.frames.slice(frame.after)) this.#send(peer, missed);
      return;
    }
    if (frame.op === "resume") {
      this.#send(peer, {
        type: "error",
        code: "stream_too_old",
        title: "",
        mend: "",
        stream: STREAM,
      });
    }
    this.#send(peer, this.book.snapshot());
  }

  publish(): void {
    const frame = this.book.change(this.#random);
    for (const peer of this.#readers) {
      if (peer.socket.readyState === peer.socket.OPEN) this.#send(peer, frame);
      else this.#readers.delete(peer);
    }
  }

  #send(peer: Peer, frame: object): void {
    const late = this.#late.get(peer);
    this.#late.delete(peer);
    const isHit = this.isFaulty && this.#random(this.#oneIn) === 0;
    const fault = isHit ? this.#faults[this.#random(this.#faults.length)] : undefined;
    if (fault) this.done.set(fault, (this.done.get(fault) ?? 0) + 1);
    this.#deliver(peer, frame, fault);
    if (late) peer.send(late);
  }

  #deliver(peer: Peer, frame: object, fault: Fault | undefined): void {
    switch (fault) {
      case "drop":
        return;
      case "duplicate":
        peer.send(frame);
        peer.send(frame);
        return;
      case "reorder":
        this.#late.set(peer, frame);
        return;
      case "corrupt":
        peer.send({ ...frame, bids: [[490, 1 + this.#random(1000)]] });
        return;
      case "garbage":
        peer.socket.send(JSON.stringify(frame).slice(0, 20));
        return;
      case "cut":
        peer.socket.terminate();
        return;
      default:
        peer.send(frame);
    }
  }
}

describe("a live book over a faulty line", () => {
  let server: StreamServer;
  let client: AgonClient;

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  async function follow(line: FaultyLine): Promise<LiveStream<BookState>> {
    server = await startStreamServer({
      heartbeatMs: HEARTBEAT_MS,
      onFrame: (frame, peer) => line.take(frame, peer),
      positions: () => ({ [STREAM]: line.book.seq }),
    });
    client = await connect(server.url, { streams: { baseDelayMs: 1, maxDelayMs: 5 } });
    return client.openBook("eth-up");
  }

  /** Publishes in bursts, giving the line its turn in between; then lets the book come to rest. */
  async function run(line: FaultyLine, book: LiveStream<BookState>): Promise<void> {
    await book.ready(DEADLINE_MS);
    for (let change = 0; change < CHANGES; change++) {
      line.publish();
      if (change % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    line.isFaulty = false;
    await book.waitFor(() => book.seq === line.book.seq, DEADLINE_MS);
  }

  function assertTrueAtEachChange(line: FaultyLine, book: LiveStream<BookState>): () => number {
    let checked = 0;
    book.onChange(({ bids, asks }) => {
      assert.equal(JSON.stringify([bids, asks]), line.book.history.get(book.seq), `at ${book.seq}`);
      checked++;
    });
    return () => checked;
  }

  for (const fault of FAULTS) {
    const seed = 1 + FAULTS.indexOf(fault);
    it(`heals what ${fault} does to it, and never shows a wrong book (seed ${seed})`, async () => {
      const line = new FaultyLine(seededRandom(seed), [fault], 40);
      const book = await follow(line);
      const checked = assertTrueAtEachChange(line, book);
      await run(line, book);
      assert.equal(JSON.stringify([book.state.bids, book.state.asks]), line.book.text());
      assert.ok((line.done.get(fault) ?? 0) > 10, "the line was faulty");
      assert.ok(checked() > CHANGES / 10);
      const { gaps, corruptions, duplicates } = book.statistics;
      assert.ok(gaps + corruptions + duplicates > 0 || server.connections() > 1);
    });
  }

  it("heals all of it at once (seed 99)", async () => {
    const line = new FaultyLine(seededRandom(99), FAULTS, 12);
    const book = await follow(line);
    assertTrueAtEachChange(line, book);
    await run(line, book);
    assert.equal(JSON.stringify([book.state.bids, book.state.asks]), line.book.text());
    assert.equal(line.done.size, FAULTS.length);
  });
});
