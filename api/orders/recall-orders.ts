import type { Hex } from "viem";
import type { PlaceCommand } from "../../protocol/engine/command.ts";
import type { Verdict } from "../../protocol/engine/request.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { fillsOfOrder, findOrder } from "../history/order-history.ts";
import { ORDER_COLUMNS, type OrderRow, orderView } from "../history/order-rows.ts";
import type { Services } from "../services.ts";

/**
 * Refusals that stand as they are; at any other, the order may have been accepted before. The signer and the
 * nonce are checked late, and much that is asked before that may have changed since.
 */
const STANDS: ReadonlySet<ErrorCode> = new Set([
  // Asked of nothing that an order was ever accepted with.
  "validation_failed",
  "market_unknown",
  // Not decided: the client looks the order up, or sends it again.
  "engine_busy",
  "engine_timeout",
  "engine_unavailable",
  // Decided after its nonce was found unused, or used by the open order that it amends: it is new, and need
  // not pay for a look-up, since most refusals are these.
  "client_id_used",
  "self_trade",
  "post_only_would_cross",
  "fok_not_filled",
  "insufficient_cash",
  "insufficient_shares",
  "too_many_open_orders",
]);

type Recalling = Pick<Services, "tables" | "pool" | "log">;

/**
 * The engine's verdicts on orders, with what it has forgotten out of its tables: an order that was accepted
 * once gets its first result however long ago that was, and a repeated one all of its fills. Where the tables
 * cannot tell, that one verdict is `engine_timeout`: never a refusal of what may have been accepted.
 */
export function recallOrders(
  commands: readonly PlaceCommand[],
  verdicts: readonly Verdict[],
  services: Recalling,
): Promise<Verdict[]> {
  return Promise.all(
    verdicts.map((verdict, i) => recallOrNot(commands[i] as PlaceCommand, verdict, services)),
  );
}

/** Its fellows in the batch are durable: a read that fails must not take their verdicts with it. */
async function recallOrNot(
  command: PlaceCommand,
  verdict: Verdict,
  services: Recalling,
): Promise<Verdict> {
  try {
    return await recall(command, verdict, services);
  } catch (error) {
    services.log.error({ err: error, hash: command.hash }, "an order could not be recalled");
    return { ok: false, code: "engine_timeout" };
  }
}

async function recall(
  command: PlaceCommand,
  verdict: Verdict,
  services: Recalling,
): Promise<Verdict> {
  if (verdict.ok) {
    if (verdict.kind !== "place" || !verdict.repeated) return verdict;
    const stored = await fillsOfOrder(services.tables, verdict.order.hash);
    return { ...verdict, fills: uniteFills(stored, verdict.fills) };
  }
  if (STANDS.has(verdict.code)) return verdict;
  const { rows, isCurrent } = await services.tables.query<OrderRow>(
    `SELECT ${ORDER_COLUMNS} FROM engine.orders WHERE hash = $1`,
    [command.hash.toLowerCase()],
  );
  const [row] = rows;
  if (!row && !isCurrent) return { ok: false, code: "engine_timeout" };
  if (!row) return explainReplaced(command, verdict, services);
  if (!(await isSignedBy(row, command, services))) return verdict;
  const fills = await fillsOfOrder(services.tables, row.hash);
  return { ok: true, kind: "place", order: orderView(row), fills, repeated: true };
}

/** By their sequence. The tables may be late; what the engine remembers is as of the order beside it. */
function uniteFills(stored: readonly FillView[], remembered: readonly FillView[]): FillView[] {
  const fills = new Map([...stored, ...remembered].map((fill) => [fill.fillSeq, fill]));
  return [...fills.values()].sort((a, b) => a.fillSeq - b.fillSeq);
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
