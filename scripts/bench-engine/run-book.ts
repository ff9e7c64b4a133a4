import { ASK, BID, type LadderSide, Ladders } from "../../offchain-engine/core/ladders.ts";
import { NO_SLOT, OrderSlots } from "../../offchain-engine/core/order-slots.ts";
import {
  COMMAND_WORDS,
  type CommandStream,
  DIGEST_START,
  digestStep,
  OP_CANCEL,
} from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";

/** Fills that the ring keeps, four words each: maker, taker, price, lots. */
const RING_FILLS = 1 << 16;

/** The core's book alone: price-time matching with self-trade prevention, fills to a ring. */
export function createBookRun(stream: CommandStream, withDigest: boolean): EngineRun {
  const book = new BareBook(stream, withDigest);
  return {
    run: (first, end) => book.run(first, end),
    facts: () => book.facts(),
    bytesPerOrder: () => book.bytesPerOrder(),
  };
}

class BareBook {
  readonly #words: Int32Array;
  readonly #slots: OrderSlots;
  readonly #ladders: Ladders;
  readonly #markets: number;
  readonly #slotOf: Int32Array;
  readonly #ring = new Int32Array(RING_FILLS * 4);
  readonly #withDigest: boolean;
  #fills = 0;
  #tradedLots = 0;
  #digest = DIGEST_START;

  constructor(stream: CommandStream, withDigest: boolean) {
    this.#words = stream.words;
    this.#markets = stream.markets;
    this.#withDigest = withDigest;
    this.#slots = new OrderSlots(Math.ceil(stream.prefill * 1.15));
    this.#ladders = new Ladders(this.#slots);
    this.#ladders.ensure(stream.markets);
    this.#slotOf = new Int32Array(stream.lastOrderId + 1).fill(NO_SLOT);
  }

  run(first: number, end: number): void {
    const words = this.#words;
    for (let at = first * COMMAND_WORDS; at < end * COMMAND_WORDS; at += COMMAND_WORDS) {
      const op = words[at] as number;
      const id = words[at + 4] as number;
      if ((op & 0xff) === OP_CANCEL) this.#cancel(id);
      else {
        const side = ((op >> 8) & 1) as LadderSide;
        const market = words[at + 1] as number;
        const tick = words[at + 2] as number;
        this.#place(market, side, tick, words[at + 3] as number, id, words[at + 5] as number);
      }
    }
  }

  #cancel(id: number): void {
    const slot = this.#slotOf[id] as number;
    if (slot === NO_SLOT) return;
    this.#ladders.remove(slot);
    this.#slots.free(slot);
    this.#slotOf[id] = NO_SLOT;
  }

  #place(
    market: number,
    side: LadderSide,
    tick: number,
    lots: number,
    id: number,
    account: number,
  ): void {
    const ladders = this.#ladders;
    const opposite = side === BID ? ASK : BID;
    let missing = lots;
    let best = ladders.best(market, opposite);
    while (missing > 0 && (side === BID ? best <= tick : best >= tick)) {
      missing -= this.#fill(ladders.head(market, best), id, best, missing);
      best = ladders.best(market, opposite);
    }
    if (missing === 0) return;
    const slots = this.#slots;
    const slot = slots.take();
    slots.setRemaining(slot, missing);
    slots.setAccount(slot, account);
    slots.setOrder(slot, id);
    ladders.append(market, side, tick, slot);
    this.#slotOf[id] = slot;
  }

  #fill(slot: number, taker: number, tick: number, missing: number): number {
    const wanted = this.#slots.remaining(slot);
    const lots = Math.min(missing, wanted);
    const maker = this.#slots.order(slot);
    const at = (this.#fills++ & (RING_FILLS - 1)) << 2;
    this.#ring[at] = maker;
    this.#ring[at + 1] = taker;
    this.#ring[at + 2] = tick;
    this.#ring[at + 3] = lots;
    if (this.#withDigest) this.#note(maker, taker, tick, lots);
    if (lots < wanted) this.#ladders.reduce(slot, lots);
    else {
      this.#ladders.remove(slot);
      this.#slots.free(slot);
      this.#slotOf[maker] = NO_SLOT;
    }
    return lots;
  }

  #note(maker: number, taker: number, tick: number, lots: number): void {
    this.#tradedLots += lots;
    for (const word of [maker, taker, tick, lots]) this.#digest = digestStep(this.#digest, word);
  }

  facts() {
    const facts = {
      fills: this.#fills,
      liveOrders: this.#slots.live,
      bookDigest: digestLadders(this.#ladders, this.#markets),
    };
    if (!this.#withDigest) return facts;
    return { ...facts, tradedLots: this.#tradedLots, tradeDigest: this.#digest >>> 0 };
  }

  bytesPerOrder(): number {
    return this.#slots.bytesPerOrder;
  }
}

/** The digest of all books, in order of market. */
export function digestLadders(ladders: Ladders, markets: number): number {
  let digest = DIGEST_START;
  for (let market = 0; market < markets; market++) {
    for (let tick = 1; tick < 1_000; tick++) {
      const lots = ladders.volumeLots(market, tick);
      const side = ladders.sideOf(market, tick);
      digest = digestStep(digest, side === BID ? lots : 0);
      digest = digestStep(digest, side === ASK ? lots : 0);
    }
  }
  return digest >>> 0;
}
