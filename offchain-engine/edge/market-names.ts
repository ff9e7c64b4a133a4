import type { MarketView } from "../../protocol/engine/view.ts";
import { NO_MARKET } from "../core/markets.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** What a market is about, and where its book's stream stands. */
export interface MarketName {
  readonly index: number;
  view: MarketView;
  bookSeq: number;
}

/** Interns market ids: in the core, a market is its index. */
export class MarketNames {
  readonly all: MarketName[] = [];
  readonly #indices = new Map<number, number>();

  /** The market's index, or `NO_MARKET`. */
  find(marketId: number): number {
    return this.#indices.get(marketId) ?? NO_MARKET;
  }

  get(index: number): MarketName {
    return this.all[index] as MarketName;
  }

  /** Names the market that the core has just numbered. */
  add(index: number, view: MarketView): void {
    this.all.push({ index, view, bookSeq: 0 });
    this.#indices.set(view.marketId, index);
  }

  save(out: SnapshotWriter): void {
    out.text(JSON.stringify(this.all.map(({ view, bookSeq }) => [view, bookSeq])));
  }

  load(from: SnapshotReader): void {
    const markets = JSON.parse(from.text()) as [MarketView, number][];
    for (const [index, [view, bookSeq]] of markets.entries()) {
      this.add(index, view);
      this.get(index).bookSeq = bookSeq;
    }
  }
}
