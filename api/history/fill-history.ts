import type { Address } from "viem";
import type { FillView } from "../../protocol/engine/view.ts";
import type { Page } from "../../protocol/wire/page.ts";
import { cutPage, decodeCursor, encodeCursor } from "../http/cursor.ts";
import type { EngineTables } from "./engine-tables.ts";
import { FILL_COLUMNS, type FillRow, fillView } from "./fill-rows.ts";

interface PageFilter {
  limit: number;
  cursor?: string;
}

/** A fill with the side of it that the account was on. */
export interface AccountFill {
  role: "taker" | "maker";
  fill: FillView;
}

/** An account's fills, the latest first, with its role in each. */
export async function listAccountFills(
  tables: EngineTables,
  account: Address,
  filter: PageFilter & { marketId: number | null },
): Promise<Page<AccountFill>> {
  const after = decodeCursor("fills", 1, filter.cursor)?.[0] ?? null;
  const half = (column: "taker" | "maker") =>
    `(SELECT ${FILL_COLUMNS}, '${column}' AS role FROM engine.fills
      WHERE ${column} = $1 AND ($2::bigint IS NULL OR market_id = $2)
        AND ($3::bigint IS NULL OR fill_seq < $3)
      ORDER BY fill_seq DESC LIMIT $4)`;
  const { rows } = await tables.query<FillRow & { role: "taker" | "maker" }>(
    `${half("taker")} UNION ALL ${half("maker")} ORDER BY fill_seq DESC LIMIT $4`,
    [account, filter.marketId, after, filter.limit + 1],
  );
  return cutPage(
    rows,
    filter.limit,
    (row) => ({ role: row.role, fill: fillView(row) }),
    (row) => encodeCursor("fills", [row.fill_seq]),
  );
}

/** A market's trades, the latest first. */
export async function listMarketTrades(
  tables: EngineTables,
  marketId: number,
  filter: PageFilter,
): Promise<Page<FillView>> {
  const list = `trades:${marketId}`;
  const after = decodeCursor(list, 1, filter.cursor)?.[0] ?? null;
  const { rows } = await tables.query<FillRow>(
    `SELECT ${FILL_COLUMNS} FROM engine.fills
     WHERE market_id = $1 AND ($2::bigint IS NULL OR trade_seq < $2)
     ORDER BY trade_seq DESC LIMIT $3`,
    [marketId, after, filter.limit + 1],
  );
  return cutPage(rows, filter.limit, fillView, (row) => encodeCursor(list, [row.trade_seq]));
}

const LATEST_PER_MARKET = 50;
const LATEST_MARKETS = 1000;

/** The latest trades of the newest markets: what a mirror starts with, and whether that is all that is durable. */
export async function readLatestTrades(
  tables: EngineTables,
): Promise<{ fills: FillView[]; isCurrent: boolean }> {
  const { rows, isCurrent } = await tables.query<FillRow>(
    `SELECT fill.* FROM
       (SELECT market_id FROM engine.markets ORDER BY market_id DESC LIMIT $1) AS market,
       LATERAL (SELECT ${FILL_COLUMNS} FROM engine.fills
                WHERE fills.market_id = market.market_id
                ORDER BY trade_seq DESC LIMIT $2) AS fill`,
    [LATEST_MARKETS, LATEST_PER_MARKET],
  );
  return { fills: rows.map(fillView), isCurrent };
}
