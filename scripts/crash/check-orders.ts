import type { Hex } from "viem";
import type { FillView } from "../../protocol/engine/view.ts";
import { isAgonError } from "../../sdk/index.ts";
import type { ExchangeUnderCrash } from "./exchange-under-crash.ts";
import { type PromiseBook, type SentOrder, sameFill } from "./promise-book.ts";
import type { Trader } from "./trader.ts";
import { promised, Violation } from "./violation.ts";

const AT_ONCE = 8;

/** Asks after each of the orders as its maker does, and mends what nobody knows by sending it again. */
export async function checkOrders(
  book: PromiseBook,
  orders: readonly SentOrder[],
  traders: readonly Trader[],
): Promise<void> {
  const traderOf = new Map(traders.map((trader) => [trader.address, trader]));
  const waiting = [...orders];
  async function work(): Promise<void> {
    for (let sent = waiting.pop(); sent; sent = waiting.pop()) {
      await checkOrder(book, sent, traderOf.get(sent.maker) as Trader);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function checkOrder(book: PromiseBook, sent: SentOrder, { patient }: Trader): Promise<void> {
  const { hash, request, outcome } = sent;
  const found = await patient.getOrder(hash).catch((error: unknown) => {
    if (isAgonError(error, "order_unknown")) return null;
    throw error;
  });
  if (outcome === "refused") {
    promised(found === null, "a refusal changes nothing", () => JSON.stringify(found?.order));
    return;
  }
  if (outcome === "acknowledged") {
    promised(found !== null, "an acknowledged order survives", () => JSON.stringify(sent.view));
    book.told(found.order, found.fills);
    return;
  }
  try {
    const again = await patient.placeOrder({ hash, request });
    if (found) promised(again.repeated, "one signed order is taken once", hash);
    book.told(again.order, again.fills);
  } catch (error) {
    const isRefused = isAgonError(error) && error.status !== null && error.status < 500;
    if (!isRefused) throw error;
    promised(found === null, "one signed order is taken once", `${hash}: ${error.code}`);
    sent.outcome = "refused";
  }
}

interface OrderRow {
  hash: Hex;
  maker: Hex;
  nonce: string;
  filled: bigint;
  status: string;
}

/** The database against all that was ever promised: orders, fills, and the sums of both. */
export async function checkRecords(
  book: PromiseBook,
  exchange: ExchangeUnderCrash,
  fills: readonly FillView[],
): Promise<void> {
  const { rows } = await exchange.pool.query<OrderRow>(
    "SELECT hash, maker, nonce, filled_lots AS filled, status FROM engine.orders",
  );
  const recorded = new Map(rows.map((row) => [row.hash, row]));
  for (const { hash } of rows) {
    promised(book.orders.has(hash), "no foreign order", `nobody signed ${hash}`);
  }
  for (const { hash, outcome } of book.orders.values()) {
    if (outcome !== "acknowledged") continue;
    promised(recorded.has(hash), "an acknowledged order survives", hash);
  }
  const bySeq = new Map(fills.map((fill) => [fill.fillSeq, fill]));
  for (const fill of book.fills()) {
    const record = bySeq.get(fill.fillSeq);
    promised(record !== undefined, "a fill is a fill", () => `${JSON.stringify(fill)} is gone`);
    promised(sameFill(record, fill), "a fill is a fill", () => JSON.stringify([fill, record]));
  }
  checkSums(rows, fills, book);
}

/** What an order says that it filled is the sum of its fills, over all orders of one nonce. */
function checkSums(rows: readonly OrderRow[], fills: readonly FillView[], book: PromiseBook): void {
  const laneOf = new Map(rows.map(({ hash, maker, nonce }) => [hash, `${maker} ${nonce}`]));
  const filled = new Map<string, number>();
  const signed = new Map<string, number>();
  const claimed = new Map<string, number>();
  const raise = (map: Map<string, number>, lane: string, lots: number) =>
    map.set(lane, Math.max(map.get(lane) ?? 0, lots));
  for (const { takerHash, makerHash, quantityLots } of fills) {
    for (const hash of [takerHash, makerHash]) {
      const lane = laneOf.get(hash);
      if (lane === undefined) throw new Violation("no foreign order", `${hash} filled`);
      filled.set(lane, (filled.get(lane) ?? 0) + quantityLots);
    }
  }
  for (const row of rows) {
    const lane = laneOf.get(row.hash) as string;
    raise(claimed, lane, Number(row.filled));
    raise(signed, lane, book.orders.get(row.hash)?.request.order.quantity ?? 0);
  }
  for (const [lane, lots] of claimed) {
    const sum = filled.get(lane) ?? 0;
    promised(sum === lots, "an order's fills are its own", `${lane}: ${lots}, fills ${sum}`);
    const most = signed.get(lane) ?? 0;
    promised(lots <= most, "no order fills beyond its size", `${lane}: ${lots} of ${most}`);
  }
}
