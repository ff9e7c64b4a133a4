import type { Address, Hex } from "viem";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import type { Page } from "../../protocol/wire/page.ts";
import { cutPage, decodeCursor, encodeCursor } from "../http/cursor.ts";
import { ApiProblem } from "../problem.ts";
import type { EngineTables } from "./engine-tables.ts";
import { FILL_COLUMNS, type FillRow, fillView } from "./fill-rows.ts";
import { ORDER_COLUMNS, type OrderRow, orderView } from "./order-rows.ts";

export type OrderState = "open" | "closed" | "all";

const STATUSES: Record<OrderState, string[]> = {
  open: ["open", "partially_filled"],
  closed: ["filled", "cancelled", "expired", "rejected"],
  all: ["open", "partially_filled", "filled", "cancelled", "expired", "rejected"],
};

/** An account's orders, the last accepted first. */
export async function listOrders(
  tables: EngineTables,
  account: Address,
  filter: { state: OrderState; marketId: number | null; limit: number; cursor?: string },
): Promise<Page<OrderView>> {
  const after = decodeCursor("orders", 1, filter.cursor)?.[0] ?? null;
  const { rows } = await tables.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM engine.orders
     WHERE maker = $1 AND status = ANY($2) AND ($3::bigint IS NULL OR market_id = $3)
       AND ($4::bigint IS NULL OR seq < $4)
     ORDER BY seq DESC LIMIT $5`,
    [account, STATUSES[filter.state], filter.marketId, after, filter.limit + 1],
  );
  return cutPage(rows, filter.limit, orderView, (row) => encodeCursor("orders", [row.seq]));
}

/**
 * What was found, or null when there is none.
 * @throws ApiProblem `engine_unavailable` when none was found and only the engine could say that there is none
 */
function onlyOrder(found: { rows: OrderRow[]; isCurrent: boolean }): OrderView | null {
  const [row] = found.rows;
  if (!row && !found.isCurrent) throw new ApiProblem("engine_unavailable");
  return row ? orderView(row) : null;
}

/** One order of the account, or null: another's order is unknown to it. @throws as `onlyOrder` */
export async function findOrder(
  tables: EngineTables,
  account: Address,
  hash: Hex,
): Promise<OrderView | null> {
  const found = await tables.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM engine.orders WHERE hash = $1 AND maker = $2`,
    [hash, account],
  );
  return onlyOrder(found);
}

/** The account's order with a client id of its own. @throws as `onlyOrder` */
export async function findOrderByClientId(
  tables: EngineTables,
  account: Address,
  clientId: string,
): Promise<OrderView | null> {
  const found = await tables.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM engine.orders WHERE maker = $1 AND client_id = $2
     ORDER BY seq DESC LIMIT 1`,
    [account, clientId],
  );
  return onlyOrder(found);
}

/** The fills of one order in their order; the first thousand (all are at `/v1/account/fills`). */
export async function fillsOfOrder(tables: EngineTables, hash: Hex): Promise<FillView[]> {
  const { rows } = await tables.query<FillRow>(
    `SELECT ${FILL_COLUMNS} FROM engine.fills
     WHERE fill_seq = ANY (SELECT unnest(fill_seqs) FROM engine.orders WHERE hash = $1)
     ORDER BY fill_seq`,
    [hash],
  );
  return rows.map(fillView);
}
