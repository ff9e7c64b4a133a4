import type { Hex } from "viem";
import type { FillView, MarketView, OrderView } from "../../protocol/engine/view.ts";
import type { Upsert } from "./columns.ts";
import { fills, newFills } from "./fills.ts";
import type { StatementPart } from "./group-statement.ts";
import { type MarketRow, markets } from "./markets.ts";
import { newOrders, type OrderRow, orders } from "./orders.ts";

/** What one command changed, each thing as it stands after the command. */
export interface Changes {
  /** The order that the command placed, if it is known to be new. */
  placed?: Hex | null;
  orders: readonly OrderView[];
  fills: readonly FillView[];
  markets: readonly MarketView[];
}

/** Rows that one statement writes, encoded when it is called. */
export type Slice = () => StatementPart[];

/** The rows of many commands: of several changes to a thing the last one stands. */
export class ChangedRows {
  readonly #newOrders = new Map<Hex, OrderRow>();
  readonly #oldOrders = new Map<Hex, OrderRow>();
  readonly #newFills = new Map<number, FillView>();
  readonly #oldFills = new Map<number, FillView>();
  readonly #markets = new Map<number, MarketRow>();
  #lastFillSeq: number;

  /** `lastFillSeq` is the last fill of the commands before these. */
  constructor(lastFillSeq: number) {
    this.#lastFillSeq = lastFillSeq;
  }

  /** The last fill of these commands and all before them. */
  get lastFillSeq(): number {
    return this.#lastFillSeq;
  }

  /** How many rows there are. */
  get count(): number {
    const orderCount = this.#newOrders.size + this.#oldOrders.size;
    const fillCount = this.#newFills.size + this.#oldFills.size;
    return orderCount + fillCount + this.#markets.size;
  }

  /** Takes the changes of command `seq`. */
  add(seq: number, changes: Changes): void {
    for (const view of changes.orders) {
      const row = this.#order(view.hash);
      // A new order keeps the sequence of its own command, also when a later one changes it at once.
      if (row) row.view = view;
      else {
        const rows = view.hash === changes.placed ? this.#newOrders : this.#oldOrders;
        rows.set(view.hash, { view, seq, fillSeqs: [] });
      }
    }
    for (const fill of changes.fills) this.#addFill(fill);
    for (const market of changes.markets) this.#markets.set(market.marketId, { ...market, seq });
  }

  #order(hash: Hex): OrderRow | undefined {
    return this.#newOrders.get(hash) ?? this.#oldOrders.get(hash);
  }

  /** A new fill has changed both its orders, in the same command. */
  #addFill(fill: FillView): void {
    const { fillSeq, takerHash, makerHash } = fill;
    if (fillSeq > this.#lastFillSeq) {
      this.#lastFillSeq = fillSeq;
      this.#newFills.set(fillSeq, fill);
      this.#order(takerHash)?.fillSeqs.push(fillSeq);
      this.#order(makerHash)?.fillSeqs.push(fillSeq);
    } else if (this.#newFills.has(fillSeq)) this.#newFills.set(fillSeq, fill);
    else this.#oldFills.set(fillSeq, fill);
  }

  /**
   * What must be written, in slices of at most `maxRows` rows; at least one. A slice is encoded when it is
   * called, so that one turn of the event loop need not encode what a command that changed everything leaves.
   */
  slices(maxRows: number): Slice[] {
    const slices: (() => StatementPart)[][] = [[]];
    let room = maxRows;
    function put<Row>(upsert: Upsert<Row>, changed: Iterable<Row>): void {
      const rows = [...changed];
      for (let at = 0; at < rows.length; ) {
        if (room === 0) {
          slices.push([]);
          room = maxRows;
        }
        const some = rows.slice(at, at + room);
        slices.at(-1)?.push(() => upsert(some));
        at += some.length;
        room -= some.length;
      }
    }
    put(newOrders, this.#newOrders.values());
    put(orders, this.#oldOrders.values());
    put(newFills, this.#newFills.values());
    put(fills, this.#oldFills.values());
    put(markets, this.#markets.values());
    return slices.map((parts) => () => parts.map((encode) => encode()));
  }
}
