import type { Hex } from "viem";
import type { FillView, MarketView, OrderView } from "../../protocol/engine/view.ts";
import { fills } from "./fills.ts";
import type { StatementPart } from "./group-statement.ts";
import { type MarketRow, markets } from "./markets.ts";
import { type OrderRow, orders } from "./orders.ts";

/** What one command changed, each thing as it stands after the command. */
export interface Changes {
  orders: readonly OrderView[];
  fills: readonly FillView[];
  markets: readonly MarketView[];
}

/** The rows of many commands: of several changes to a thing the last one stands. */
export class ChangedRows {
  readonly #orders = new Map<Hex, OrderRow>();
  readonly #fills = new Map<number, FillView>();
  readonly #markets = new Map<number, MarketRow>();

  /** How many rows there are. */
  get count(): number {
    return this.#orders.size + this.#fills.size + this.#markets.size;
  }

  /** Takes the changes of command `seq`. */
  add(seq: number, changes: Changes): void {
    for (const order of changes.orders) {
      // A new order keeps the sequence of its own command, also when a later one changes it at once.
      const first = this.#orders.get(order.hash)?.seq ?? seq;
      this.#orders.set(order.hash, { view: order, seq: first });
    }
    for (const fill of changes.fills) this.#fills.set(fill.fillSeq, fill);
    for (const market of changes.markets) this.#markets.set(market.marketId, { ...market, seq });
  }

  /** What must be written; nothing for a table of which nothing changed. */
  parts(): StatementPart[] {
    const parts: StatementPart[] = [];
    if (this.#orders.size > 0) parts.push(orders([...this.#orders.values()]));
    if (this.#fills.size > 0) parts.push(fills([...this.#fills.values()]));
    if (this.#markets.size > 0) parts.push(markets([...this.#markets.values()]));
    return parts;
  }
}
