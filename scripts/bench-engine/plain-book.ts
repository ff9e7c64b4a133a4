import { DIGEST_START, digestStep } from "./command-stream.ts";

const PRICES = 1_000;

interface PlainOrder {
  id: number;
  lots: number;
}

/**
 * A book told plainly: an array of orders for each price of each side. The generator looks into it,
 * and what it matches is what every engine must match.
 */
export class PlainBook {
  readonly #levels: PlainOrder[][][] = [0, 1].map(() =>
    Array.from({ length: PRICES }, () => [] as PlainOrder[]),
  );
  readonly volumes: [Float64Array, Float64Array] = [
    new Float64Array(PRICES),
    new Float64Array(PRICES),
  ];
  #bestBid = 0;
  #bestAsk = PRICES;

  /** 0 or 1000 when the side is empty. */
  best(side: number): number {
    return side === 0 ? this.#bestBid : this.#bestAsk;
  }

  orders(side: number, price: number): readonly PlainOrder[] {
    return this.#levels[side]?.[price] ?? [];
  }

  /** The next non-empty price beyond `price`; 0 or 1000 when there is none. */
  worse(side: number, price: number): number {
    const volumes = this.volumes[side === 0 ? 0 : 1];
    const step = side === 0 ? -1 : 1;
    let next = price + step;
    while (next > 0 && next < PRICES && volumes[next] === 0) next += step;
    return next;
  }

  rest(side: number, price: number, id: number, lots: number): void {
    this.#levels[side]?.[price]?.push({ id, lots });
    this.#addVolume(side, price, lots);
    if (side === 0 && price > this.#bestBid) this.#bestBid = price;
    if (side === 1 && price < this.#bestAsk) this.#bestAsk = price;
  }

  cancel(side: number, price: number, id: number): void {
    const level = this.#levels[side]?.[price] ?? [];
    const [order] = level.splice(
      level.findIndex((one) => one.id === id),
      1,
    );
    this.#addVolume(side, price, -(order?.lots ?? 0));
    this.#dropEmptyBest(side);
  }

  /** Fills `lots` against `side` up to `limit`; tells each fill. */
  take(
    side: number,
    limit: number,
    lots: number,
    onFill: (maker: number, price: number, lots: number, isMakerDone: boolean) => void,
  ): void {
    let missing = lots;
    for (let price = this.best(side); missing > 0; price = this.best(side)) {
      if (side === 0 ? price < limit : price > limit) return;
      const level = this.#levels[side]?.[price] ?? [];
      const maker = level[0];
      if (!maker) return;
      const filled = Math.min(missing, maker.lots);
      maker.lots -= filled;
      missing -= filled;
      this.#addVolume(side, price, -filled);
      if (maker.lots === 0) level.shift();
      this.#dropEmptyBest(side);
      onFill(maker.id, price, filled, maker.lots === 0);
    }
  }

  digest(start: number): number {
    let digest = start;
    for (let price = 1; price < PRICES; price++) {
      digest = digestStep(digest, this.volumes[0][price] as number);
      digest = digestStep(digest, this.volumes[1][price] as number);
    }
    return digest;
  }

  #addVolume(side: number, price: number, lots: number): void {
    const volumes = this.volumes[side === 0 ? 0 : 1];
    volumes[price] = (volumes[price] as number) + lots;
  }

  #dropEmptyBest(side: number): void {
    const best = this.best(side);
    if (best === 0 || best === PRICES || this.volumes[side === 0 ? 0 : 1][best] !== 0) return;
    if (side === 0) this.#bestBid = this.worse(0, best);
    else this.#bestAsk = this.worse(1, best);
  }
}

/** The digest of all books, in order of market. */
export function digestBooks(books: readonly PlainBook[]): number {
  return books.reduce((digest, book) => book.digest(digest), DIGEST_START) >>> 0;
}
