import type { Address, Hex } from "viem";
import type {
  BalanceView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../protocol/engine/view.ts";
import type { StatementPart } from "../journal/group-statement.ts";
import { type BalanceRow, balances } from "./balances.ts";
import { fills } from "./fills.ts";
import { type MarketRow, markets } from "./markets.ts";
import { type OrderRow, orders } from "./orders.ts";
import { type PositionRow, positions } from "./positions.ts";

/** What one command changed, each thing as it stands after the command. */
export interface Changes {
  orders: readonly (OrderView & { signature: Hex; signer: Address })[];
  fills: readonly FillView[];
  balances: readonly BalanceView[];
  positions: readonly PositionView[];
  markets: readonly MarketView[];
}

/** The rows of one group of commands: of several changes to a thing the last one stands. */
export class Projection {
  readonly #orders = new Map<Hex, OrderRow>();
  readonly #fills = new Map<number, FillView>();
  readonly #balances = new Map<Address, BalanceRow>();
  readonly #positions = new Map<string, PositionRow>();
  readonly #markets = new Map<number, MarketRow>();

  /** Takes the changes of command `seq`. */
  add(seq: number, changes: Changes): void {
    for (const order of changes.orders) {
      // A new order keeps the sequence of its own command, also when a later one changes it at once.
      const first = this.#orders.get(order.hash)?.seq ?? seq;
      this.#orders.set(order.hash, { ...order, seq: first });
    }
    for (const fill of changes.fills) this.#fills.set(fill.fillSeq, fill);
    for (const balance of changes.balances)
      this.#balances.set(balance.account, { ...balance, seq });
    for (const position of changes.positions) {
      this.#positions.set(`${position.account} ${position.marketId}`, { ...position, seq });
    }
    for (const market of changes.markets) this.#markets.set(market.marketId, { ...market, seq });
  }

  /** What must be written together with the group's entries; nothing for what did not change. */
  parts(): StatementPart[] {
    const parts: StatementPart[] = [];
    if (this.#orders.size > 0) parts.push(orders([...this.#orders.values()]));
    if (this.#fills.size > 0) parts.push(fills([...this.#fills.values()]));
    if (this.#balances.size > 0) parts.push(balances([...this.#balances.values()]));
    if (this.#positions.size > 0) parts.push(positions([...this.#positions.values()]));
    if (this.#markets.size > 0) parts.push(markets([...this.#markets.values()]));
    return parts;
  }
}
