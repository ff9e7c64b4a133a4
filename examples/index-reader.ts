/**
 * `npm run example:reader`: the chain's history by SQL, with nothing but Postgres: the markets, then every
 * settled trade from the first to the last, and each new one as it comes. Ctrl-C (or `--seconds`) ends it.
 * The last line is a summary as JSON.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { formatCollateral, formatPrice, formatShares } from "../sdk/index.ts";
import { untilStopped } from "./until-stopped.ts";

const { values } = parseArgs({
  options: {
    database: {
      type: "string",
      default: process.env["DATABASE_URL"] ?? "postgresql://agon_reader:agon@127.0.0.1:54329/agon",
    },
    seconds: { type: "string", default: "0" },
  },
});
const PAGE = 500;
const POLL_MS = 500;

interface TradeRow {
  fill_id: string;
  slug: string;
  match_kind: string;
  yes_price_ticks: number;
  quantity_lots: string;
  taker_cost_micro: string;
  transaction_hash: string;
}

const signal = untilStopped(Number(values.seconds));
const pool = new pg.Pool({ connectionString: values.database, max: 1 });
// A database that restarts cuts idle connections; the next query opens a new one.
pool.on("error", () => {});

/** The trades after `fillId`, oldest first: a key and no offset, so that none is met twice or missed. */
async function tradesAfter(fillId: bigint): Promise<TradeRow[]> {
  const { rows } = await pool.query<TradeRow>(
    `SELECT fill_id, slug, match_kind, yes_price_ticks, quantity_lots, taker_cost_micro, transaction_hash
     FROM chain.trades WHERE fill_id > $1 ORDER BY fill_id LIMIT $2`,
    [fillId, PAGE],
  );
  return rows;
}

const markets = await pool.query(
  `SELECT slug, status, mark_yes_ticks, volume_micro, open_interest_lots
   FROM chain.markets ORDER BY market_id`,
);
console.table(
  markets.rows.map((row) => ({
    market: row.slug,
    status: row.status,
    mark: formatPrice(row.mark_yes_ticks),
    volume: formatCollateral(BigInt(row.volume_micro)),
    "open interest": formatShares(BigInt(row.open_interest_lots)),
  })),
);

let last = 0n;
let trades = 0;
let volumeMicro = 0n;
while (!signal.aborted) {
  const rows = await tradesAfter(last);
  for (const row of rows) {
    last = BigInt(row.fill_id);
    trades++;
    volumeMicro += BigInt(row.taker_cost_micro);
    const shares = formatShares(BigInt(row.quantity_lots));
    const price = formatPrice(row.yes_price_ticks);
    console.log(
      `${row.slug}: ${shares} at ${price} (${row.match_kind}) in ${row.transaction_hash}`,
    );
  }
  // At the end of what there is, the next trade is waited for.
  if (rows.length < PAGE) await delay(POLL_MS, undefined, { signal }).catch(() => {});
}
await pool.end();
const summary = { markets: markets.rows.length, trades, volumeMicro: volumeMicro.toString() };
console.log(JSON.stringify(summary));
