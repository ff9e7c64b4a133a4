import type { Hex } from "viem";
import type { PlaceCommand } from "../../protocol/engine/command.ts";
import type { Verdict } from "../../protocol/engine/request.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { fillsOfOrder, findOrder } from "../history/order-history.ts";
import { ORDER_COLUMNS, type OrderRow, orderView } from "../history/order-rows.ts";
import type { Services } from "../services.ts";

/**
 * What an order may be refused with that was accepted before and that the engine has forgotten: its nonce
 * is used, and what is asked before that may have changed since.
 */
const MAY_BE_KNOWN: ReadonlySet<ErrorCode> = new Set([
  "nonce_used",
  "nonce_below_floor",
  "market_not_open",
  "trading_paused",
  "order_expired",
  "signature_invalid",
  "order_unknown",
]);

type Recalling = Pick<Services, "tables" | "pool">;

/**
 * The engine's verdicts on orders, with what it has forgotten out of its tables: an order that was accepted
 * once gets its first result however long ago that was, and a repeated one all of its fills.
 */
export function recallOrders(
  commands: readonly PlaceCommand[],
  verdicts: readonly Verdict[],
  services: Recalling,
): Promise<Verdict[]> {
  return Promise.all(
    verdicts.map((verdict, i) => recall(commands[i] as PlaceCommand, verdict, services)),
  );
}

async function recall(
  command: PlaceCommand,
  verdict: Verdict,
  services: Recalling,
): Promise<Verdict> {
  if (verdict.ok) {
    if (verdict.kind !== "place" || !verdict.repeated) return verdict;
    return { ...verdict, fills: await fillsOfOrder(services.tables, verdict.order.hash) };
  }
  if (!MAY_BE_KNOWN.has(verdict.code)) return verdict;
  const { rows } = await services.tables.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM engine.orders WHERE hash = $1`,
    [command.hash.toLowerCase()],
  );
  const [row] = rows;
  if (!row) return explainReplaced(command, verdict, services);
  if (!(await isSignedBy(row, command, services))) return verdict;
  const fills = await fillsOfOrder(services.tables, row.hash);
  return { ok: true, kind: "place", order: orderView(row), fills, repeated: true };
}

/** A stranger's signature learns nothing: it is the maker's, or that of who signed the order then. */
async function isSignedBy(
  { maker, seq }: OrderRow,
  { signer }: PlaceCommand,
  { pool }: Recalling,
): Promise<boolean> {
  const by = signer.toLowerCase();
  if (by === maker) return true;
  const { rows } = await pool.query<{ payload: string }>(
    "SELECT payload FROM engine.journal WHERE seq = $1",
    [seq],
  );
  const placed = JSON.parse(rows[0]?.payload ?? "{}") as Partial<PlaceCommand>;
  return placed.signer?.toLowerCase() === by;
}

/** An amendment of an order that ended long ago is told so. */
async function explainReplaced(
  { order, replaces }: PlaceCommand,
  verdict: Verdict,
  { tables }: Recalling,
): Promise<Verdict> {
  if (verdict.ok || verdict.code !== "order_unknown" || replaces === undefined) return verdict;
  const replaced = await findOrder(tables, order.maker, replaces.toLowerCase() as Hex);
  if (replaced?.order.nonce !== order.nonce) return verdict;
  return { ok: false, code: "order_not_open", details: { status: replaced.status } };
}
