import type { Address } from "viem";
import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { EngineEvent, EventBatch } from "../../protocol/engine/event.ts";
import type { EngineReply, EngineRequest } from "../../protocol/engine/request.ts";
import type { BookLevel } from "../../protocol/engine/view.ts";
import type { World } from "./host.ts";
import type { CarriedBatch, ModelBus } from "./model-bus.ts";
import { Violation } from "./scheduler.ts";

interface Book {
  bids: Map<number, number>;
  asks: Map<number, number>;
}

/**
 * A subscriber of every stream. It takes batches in order; where one is missing it starts over from a snapshot,
 * and demands of each stream that no number is missing, twice or other than the snapshot's, and of each book its
 * checksum.
 */
export class StreamFollower {
  /** The last batch that is in what it knows. */
  position = 0;
  gaps = 0;
  readonly received = new Map<number, string>();
  readonly books = new Map<number, Book>();
  readonly #world: World;
  readonly #bus: ModelBus;
  readonly #accounts: readonly Address[];
  /** By stream: where it stands. */
  readonly #streams = new Map<string, number>();
  #syncing = false;

  constructor(world: World, bus: ModelBus, accounts: readonly Address[]) {
    this.#world = world;
    this.#bus = bus;
    this.#accounts = accounts;
    bus.listen(() => {
      const { scheduler } = this.#world;
      scheduler.after(scheduler.random.below(30), "", () => this.#read());
    });
  }

  #read(): void {
    if (this.#syncing) return;
    const { carried } = this.#bus;
    let next = carried.length;
    while (next > 0 && (carried[next - 1] as CarriedBatch).id > this.position) next--;
    for (const batch of carried.slice(next)) {
      if (batch.prev > this.position) {
        this.#startOver();
        return;
      }
      this.#take(batch);
    }
  }

  #take({ id, text }: CarriedBatch): void {
    this.position = id;
    this.received.set(id, text);
    for (const event of (JSON.parse(text) as EventBatch).events) this.#apply(event);
  }

  #apply(event: EngineEvent): void {
    const stream = nameOf(event);
    const at = this.#streams.get(stream) ?? 0;
    // An account's snapshot may be newer than the public one.
    if (event.seq <= at && event.type === "account") return;
    if (event.prev !== at || event.seq !== at + 1) {
      throw new Violation(`${stream} goes on with ${event.prev} → ${event.seq} after ${at}`);
    }
    this.#streams.set(stream, event.seq);
    if (event.type !== "book") return;
    const book = this.#book(event.marketId);
    for (const [levels, changed] of [
      [book.bids, event.bids],
      [book.asks, event.asks],
    ] as const) {
      for (const [price, lots] of changed) {
        if (lots === 0) levels.delete(price);
        else levels.set(price, lots);
      }
    }
    const { bids, asks } = sorted(book);
    if (bookChecksum(bids, asks) !== event.checksum) {
      throw new Violation(
        `the book of market ${event.marketId} has another checksum at ${event.seq}`,
      );
    }
  }

  #startOver(): void {
    this.#syncing = true;
    this.gaps++;
    this.#world.scheduler.say("a subscriber misses a batch and asks for a snapshot");
    this.#world.scheduler.spawn(async () => {
      const snapshot = await this.#ask({ type: "snapshot" });
      if (snapshot.type !== "snapshot") throw new Violation("a snapshot was asked for");
      this.#streams.set("markets", snapshot.marketsSeq);
      this.#streams.set("exchange", snapshot.exchangeSeq);
      for (const { marketId, seq } of snapshot.trades) this.#streams.set(`trades ${marketId}`, seq);
      for (const { marketId, seq, bids, asks, checksum } of snapshot.books) {
        if (bookChecksum(bids, asks) !== checksum)
          throw new Violation("a snapshot's checksum is wrong");
        this.#streams.set(`book ${marketId}`, seq);
        this.books.set(marketId, { bids: new Map(bids), asks: new Map(asks) });
      }
      for (const account of this.#accounts) {
        const reply = await this.#ask({ type: "account", account });
        if (reply.type !== "account") throw new Violation("an account was asked for");
        this.#streams.set(`account ${account}`, reply.accountSeq);
      }
      this.position = snapshot.seq;
      this.#syncing = false;
      this.#read();
    });
  }

  async #ask(request: EngineRequest): Promise<EngineReply> {
    for (;;) {
      const result = await this.#bus.request(request, 3_000);
      if (result.ok) return result.reply;
      await this.#world.scheduler.sleep(500);
    }
  }

  #book(marketId: number): Book {
    const book = this.books.get(marketId) ?? { bids: new Map(), asks: new Map() };
    this.books.set(marketId, book);
    return book;
  }
}

/** Best levels first. */
export function sorted({ bids, asks }: Book): { bids: BookLevel[]; asks: BookLevel[] } {
  return {
    bids: [...bids].sort((a, b) => b[0] - a[0]),
    asks: [...asks].sort((a, b) => a[0] - b[0]),
  };
}

function nameOf(event: EngineEvent): string {
  switch (event.type) {
    case "market":
      return "markets";
    case "exchange":
      return "exchange";
    case "book":
      return `book ${event.marketId}`;
    case "trade":
      return `trades ${event.marketId}`;
    case "account":
      return `account ${event.account}`;
  }
}
