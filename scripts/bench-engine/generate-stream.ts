import {
  COMMAND_WORDS,
  type CommandStream,
  DIGEST_START,
  digestStep,
  KIND_AGGRESSIVE,
  OP_CANCEL,
  OP_LIMIT,
} from "./command-stream.ts";
import { digestBooks, PlainBook } from "./plain-book.ts";
import { ACCOUNTS, TIMED_COMMANDS, type Workload } from "./workload.ts";

const LOT_STEP = 10;
const MAX_LOTS = 1_000;
const AGGRESSIVE_SHARE = 0.1;
const MAX_LEVELS_TAKEN = 5;
const MAX_MAKERS_TAKEN = 5;
const FEW_LOTS_SHARE = 0.7;
/** Share of commands after which a market's middle moves by a tick. */
const MID_MOVES_SHARE = 0.01;
/** Of the last maker of several, at least this share is taken. */
const LEAST_OF_LAST = 0.5;

interface LiveOrder {
  id: number;
  side: number;
  price: number;
}

interface Market {
  book: PlainBook;
  midTicks: number;
  live: LiveOrder[];
  /** Where each live order stands in `live`. */
  places: Map<number, number>;
}

/**
 * Makes the stream of a workload: the same one each time, on every machine. The order in which the dice are
 * thrown is part of it, and chosen so that the three streams weigh what those weigh that other books were
 * measured with; in another order the deep one takes up to a tenth more, as its sweeps are few and large.
 */
export function generateStream(workload: Workload, timed = TIMED_COMMANDS): CommandStream {
  return new StreamGenerator(workload, timed).generate();
}

class StreamGenerator {
  readonly #workload: Workload;
  readonly #timed: number;
  readonly #random: () => number;
  readonly #markets: Market[];
  readonly #cumulative: Float64Array;
  readonly #words: Int32Array;
  #commands = 0;
  #orderId = 0;
  #fills = 0;
  #tradedLots = 0;
  #tradeDigest = DIGEST_START;

  constructor(workload: Workload, timed: number) {
    this.#workload = workload;
    this.#timed = timed;
    this.#random = mulberry32(workload.seed);
    this.#markets = Array.from({ length: workload.markets }, () => ({
      book: new PlainBook(),
      midTicks: 500,
      live: [],
      places: new Map(),
    }));
    this.#cumulative = zipf(workload.markets);
    const commands = workload.markets * workload.targetLive + timed;
    const bytes = commands * COMMAND_WORDS * Int32Array.BYTES_PER_ELEMENT;
    this.#words = new Int32Array(new SharedArrayBuffer(bytes));
  }

  generate(): CommandStream {
    for (const [index, market] of this.#markets.entries()) {
      for (let i = 0; i < this.#workload.targetLive; i++) this.#rest(market, index);
    }
    const prefill = this.#commands;
    const mix = { rests: 0, cancels: 0, takes: 0 };
    for (let i = 0; i < this.#timed; i++) mix[this.#next()]++;
    return {
      words: this.#words,
      prefill,
      commands: this.#commands,
      markets: this.#markets.length,
      lastOrderId: this.#orderId,
      mix,
      facts: {
        fills: this.#fills,
        tradedLots: this.#tradedLots,
        liveOrders: this.#markets.reduce((sum, { live }) => sum + live.length, 0),
        tradeDigest: this.#tradeDigest >>> 0,
        bookDigest: digestBooks(this.#markets.map(({ book }) => book)),
      },
    };
  }

  #next(): "rests" | "cancels" | "takes" {
    const index = this.#pickMarket();
    const market = this.#markets[index] as Market;
    const done = this.#act(market, index);
    const dice = this.#random();
    if (dice < MID_MOVES_SHARE) {
      const step = dice < MID_MOVES_SHARE / 2 ? -1 : 1;
      market.midTicks = Math.min(850, Math.max(150, market.midTicks + step));
    }
    return done;
  }

  #act(market: Market, index: number): "rests" | "cancels" | "takes" {
    if (this.#random() < AGGRESSIVE_SHARE && this.#take(market, index)) return "takes";
    const { targetLive } = this.#workload;
    const count = market.live.length;
    let cancels = count > 1.1 * targetLive;
    if (count >= 0.9 * targetLive && !cancels) cancels = this.#random() < 0.5;
    if (cancels) this.#cancel(market, index);
    else this.#rest(market, index);
    return cancels ? "cancels" : "rests";
  }

  #pickMarket(): number {
    if (this.#markets.length === 1) return 0;
    const point = this.#random();
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulative[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #rest(market: Market, index: number): void {
    const lots = LOT_STEP * (1 + this.#below(MAX_LOTS / LOT_STEP));
    const side = this.#random() < 0.5 ? 0 : 1;
    const offset = this.#offset();
    const { book, midTicks } = market;
    const wanted =
      side === 0
        ? Math.min(midTicks - 1 - offset, book.best(1) - 1)
        : Math.max(midTicks + offset, book.best(0) + 1);
    const price = Math.min(999, Math.max(1, wanted));
    const id = ++this.#orderId;
    book.rest(side, price, id, lots);
    market.places.set(id, market.live.push({ id, side, price }) - 1);
    this.#write(OP_LIMIT | (side << 8), index, price, lots, id);
  }

  #offset(): number {
    const width = this.#workload.widthTicks;
    const offset = Math.floor((-Math.log(1 - this.#random()) * width) / 3);
    return offset > 2 * width ? this.#below(width + 1) : offset;
  }

  #cancel(market: Market, index: number): void {
    const order = market.live[this.#below(market.live.length)] as LiveOrder;
    market.book.cancel(order.side, order.price, order.id);
    forget(market, order.id);
    this.#write(OP_CANCEL | (order.side << 8), index, order.price, 0, order.id);
  }

  /** An order that fills completely; false when nothing rests on the other side. */
  #take(market: Market, index: number): boolean {
    const side = this.#random() < 0.5 ? 0 : 1;
    const { book } = market;
    const best = book.best(1 - side);
    if (best === 0 || best === 1_000) return false;
    const levels = [best];
    const most = 1 + this.#below(MAX_LEVELS_TAKEN);
    while (levels.length < most) {
      const next = book.worse(1 - side, levels.at(-1) as number);
      if (next === 0 || next === 1_000) break;
      levels.push(next);
    }
    const price = levels.at(-1) as number;
    const volumes = book.volumes[side === 0 ? 1 : 0];
    const available = levels.reduce((sum, level) => sum + (volumes[level] as number), 0);
    const lots = Math.min(available, this.#takenLots(book, 1 - side, levels));
    const id = ++this.#orderId;
    this.#write(OP_LIMIT | (side << 8) | (KIND_AGGRESSIVE << 16), index, price, lots, id);
    book.take(1 - side, price, lots, (maker, fillPrice, fillLots, isMakerDone) => {
      this.#fills++;
      this.#tradedLots += fillLots;
      for (const word of [maker, id, fillPrice, fillLots]) {
        this.#tradeDigest = digestStep(this.#tradeDigest, word);
      }
      if (isMakerDone) forget(market, maker);
    });
    return true;
  }

  /**
   * Most take up to twice what the first maker has; a share sweeps whole levels and a part of the last;
   * the rest take two to five makers, or as many as the levels hold, half or more of the last of them.
   */
  #takenLots(book: PlainBook, side: number, levels: readonly number[]): number {
    const volumes = book.volumes[side === 0 ? 0 : 1];
    const dice = this.#random();
    if (dice < FEW_LOTS_SHARE) {
      const first = book.orders(side, levels[0] as number)[0]?.lots ?? LOT_STEP;
      return stepped(1 + this.#random() * (2 * first - 1));
    }
    if (dice < FEW_LOTS_SHARE + this.#workload.sweepShare) {
      const whole = levels.slice(0, -1).reduce((sum, tick) => sum + (volumes[tick] as number), 0);
      return whole + stepped(this.#random() * (volumes[levels.at(-1) as number] as number));
    }
    const makers = levels.flatMap((tick) => book.orders(side, tick).slice(0, MAX_MAKERS_TAKEN));
    const met = makers.slice(0, 2 + this.#below(MAX_MAKERS_TAKEN - 1));
    const last = met.pop()?.lots ?? LOT_STEP;
    const share = LEAST_OF_LAST + (1 - LEAST_OF_LAST) * this.#random();
    return met.reduce((sum, { lots }) => sum + lots, 0) + stepped(share * last);
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #write(op: number, market: number, price: number, lots: number, id: number): void {
    const account = (op & 0xff) === OP_CANCEL ? 0 : 1 + this.#below(ACCOUNTS);
    this.#words.set([op, market, price, lots, id, account], this.#commands++ * COMMAND_WORDS);
  }
}

function forget(market: Market, id: number): void {
  const place = market.places.get(id) as number;
  const last = market.live.pop() as LiveOrder;
  market.places.delete(id);
  if (last.id === id) return;
  market.live[place] = last;
  market.places.set(last.id, place);
}

/** The nearest whole step, at least one. */
function stepped(lots: number): number {
  return Math.max(LOT_STEP, LOT_STEP * Math.round(lots / LOT_STEP));
}

/** Cumulative shares of markets of which the n-th is taken in proportion to 1/n. */
function zipf(markets: number): Float64Array {
  const cumulative = new Float64Array(markets);
  let sum = 0;
  for (let i = 0; i < markets; i++) {
    sum += 1 / (i + 1);
    cumulative[i] = sum;
  }
  return cumulative.map((part) => part / sum);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
