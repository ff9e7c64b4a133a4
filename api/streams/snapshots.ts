import type { Address } from "viem";
import type { CandleInterval } from "../../protocol/candle.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import { type ExchangeMirror, type MirroredMarket, tickerOf } from "../mirror/exchange-mirror.ts";
import { ApiProblem } from "../problem.ts";
import type { CandleTape } from "./candle-tape.ts";

type Snapshot = { seq: number; frame: object };

const ALL_LEVELS = 999;

function present(mirror: ExchangeMirror, marketId: number): MirroredMarket {
  const market = mirror.market(marketId);
  if (!market || !mirror.ready) throw new ApiProblem("engine_unavailable");
  return market;
}

/** The whole book. */
export async function bookSnapshot(mirror: ExchangeMirror, marketId: number): Promise<Snapshot> {
  const { book } = present(mirror, marketId);
  const frame = {
    marketId,
    bids: book.bids(ALL_LEVELS),
    asks: book.asks(ALL_LEVELS),
    checksum: book.checksum,
  };
  return { seq: book.seq, frame };
}

/** The latest trades, oldest first. */
export async function tradesSnapshot(mirror: ExchangeMirror, marketId: number): Promise<Snapshot> {
  const market = present(mirror, marketId);
  return { seq: market.tradeSeq, frame: { trades: market.trades.upTo(market.tradeSeq) } };
}

/** The running candle and the one before it; `seq` is the last trade in them. */
export async function candlesSnapshot(
  mirror: ExchangeMirror,
  tape: CandleTape,
  marketId: number,
  interval: CandleInterval,
): Promise<Snapshot> {
  const { tradeSeq, candles } = await tape.snapshot(present(mirror, marketId), interval);
  return { seq: tradeSeq, frame: { marketId, interval, candles } };
}

/** The touch and the last trade; `seq` is where the stream's log stands. */
export async function tickerSnapshot(
  mirror: ExchangeMirror,
  marketId: number,
  seq: number,
): Promise<Snapshot> {
  return { seq, frame: { ticker: tickerOf(present(mirror, marketId)) } };
}

/** All markets. */
export async function marketsSnapshot(mirror: ExchangeMirror): Promise<Snapshot> {
  return { seq: mirror.marketsSeq, frame: { markets: mirror.markets().map(({ view }) => view) } };
}

/** What the exchange takes. */
export async function exchangeSnapshot(mirror: ExchangeMirror): Promise<Snapshot> {
  if (!mirror.ready) throw new ApiProblem("engine_unavailable");
  return { seq: mirror.exchangeSeq, frame: { exchange: mirror.exchange } };
}

/** An account as the engine has it now. */
export async function accountSnapshot(engine: EngineClient, account: Address): Promise<Snapshot> {
  const { accountSeq, balance, positions, openOrders, heartbeatDueAtMs } =
    await engine.account(account);
  const frame = { account, balance, positions, openOrders, heartbeatDueAtMs };
  return { seq: accountSeq, frame };
}
