import { type Address, parseEventLogs } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import { matchKind } from "../../../protocol/order.ts";
import { decodeFillData } from "../../../protocol/settlement/fill-data.ts";
import { formatPrice } from "../../../protocol/units.ts";
import type { Player } from "../player.ts";
import { type Cast, type Stage, seenByAll } from "../stage.ts";
import { cash } from "../transcript.ts";

const SETTLEMENT_TIMEOUT_MS = 60_000;

/** Waits until all fills of the story are final; each must have gone the whole way, in order. */
export async function awaitSettlement(stage: Stage, cast: Cast): Promise<FillView[]> {
  const { transcript } = stage;
  transcript.chapter("The fills settle on chain: matched → submitted → settled");
  const count = cast.ledger.fills.length;
  const fills = await cast.alice.account.waitFor((state) => {
    const own = [...state.fills.values()].sort((a, b) => a.fillSeq - b.fillSeq);
    return own.length === count && own.every(({ status }) => status === "settled") && own;
  }, SETTLEMENT_TIMEOUT_MS);
  await cast.bob.account.waitFor(
    (state) => [...state.fills.values()].every(({ status }) => status === "settled"),
    SETTLEMENT_TIMEOUT_MS,
  );
  for (const fill of fills) tellFill(stage, cast.alice, fill);
  const blocks = await Promise.all(
    [...transactionHashes(fills)].map((hash) => stage.chain.getTransactionReceipt({ hash })),
  );
  const lastBlock = Math.max(...blocks.map(({ blockNumber }) => Number(blockNumber)));
  await seenByAll(stage, BigInt(lastBlock));
  return fills;
}

function transactionHashes(fills: FillView[]): Set<`0x${string}`> {
  return new Set(
    fills.flatMap(({ transactionHash }) => (transactionHash ? [transactionHash] : [])),
  );
}

function tellFill({ transcript, checks }: Stage, player: Player, fill: FillView): void {
  const statuses = player.fillStatuses.get(fill.fillSeq) ?? [];
  const price = formatPrice(fill.yesPriceTicks);
  const what = `${fill.matchKind.padEnd(12)} ${fill.quantityLots / 100} @ ${price}  ${statuses.join(" → ")}`;
  transcript.line(`fill ${fill.fillSeq}`, what, fill.transactionHash ?? undefined);
  // A stream that had to start over shows a fill from its latest status on, never backwards.
  const whole = ["matched", "submitted", "settled"];
  const isUnbroken = player.account.statistics.snapshots === 1;
  const expected = isUnbroken
    ? whole
    : whole.filter((status) => statuses.some((seen) => seen === status));
  checks.compare(`fill ${fill.fillSeq} on the account stream`, {
    expected: expected.join(" → "),
    api: statuses.join(" → "),
  });
}

interface ToldTrade {
  kind: string;
  taker: string;
  price: string;
  lots: string;
  feeMicro: string;
  transactionHash: string;
}

function asText(trades: ToldTrade[]): string {
  return trades
    .map(({ kind, taker, price, lots, feeMicro, transactionHash }) =>
      [kind, taker.toLowerCase(), price, lots, feeMicro, transactionHash].join(" "),
    )
    .sort()
    .join("; ");
}

/** Every trade of the market: by the story, in the chain's logs, in SQL, and from the API. */
export async function checkTrades(stage: Stage, cast: Cast, fills: FillView[]): Promise<void> {
  stage.transcript.chapter("Trades: the story's, the chain's logs, SQL and the API agree");
  const { market, ledger } = cast;
  const address = (name: string): Address =>
    [cast.alice, cast.bob].find((player) => player.name === name)?.address ?? "0x";
  const expected = ledger.fills.map((fill, index) => ({
    kind: fill.matchKind,
    taker: address(fill.taker),
    price: String(fill.yesPriceTicks),
    lots: String(fill.quantityLots),
    feeMicro: String(fill.feeMicro),
    transactionHash: fills[index]?.transactionHash ?? "",
  }));
  const [chain, sql, api] = await Promise.all([
    tradesOnChain(stage, fills),
    tradesInSql(stage, market.marketId),
    tradesOfApi(cast),
  ]);
  stage.checks.compare(
    `${fills.length} trades with price, size, fee, transaction`,
    { expected: asText(expected), chain: asText(chain), sql: asText(sql), api: asText(api) },
    (text) => (text.length > 0 ? `${text.split("; ").length} trades` : "none"),
  );
  stage.checks.compare(
    "fees of the market",
    {
      expected: ledger.feesMicro,
      sql: await stage.index.figure("SELECT fees_micro FROM chain.markets WHERE market_id = $1", [
        market.marketId,
      ]),
      api: fills.reduce((sum, fill) => sum + BigInt(fill.feeMicro), 0n),
    },
    cash,
  );
}

async function tradesOnChain(stage: Stage, fills: FillView[]): Promise<ToldTrade[]> {
  const receipts = await Promise.all(
    [...transactionHashes(fills)].map((hash) => stage.chain.getTransactionReceipt({ hash })),
  );
  const marketId = BigInt(fills[0]?.marketId ?? 0);
  const logs = receipts.flatMap((receipt) =>
    parseEventLogs({ abi: exchangeAbi, eventName: "FillSettled", logs: receipt.logs }),
  );
  return logs
    .filter((log) => log.args.marketId === marketId)
    .map((log) => {
      const fill = decodeFillData(log.args.data);
      return {
        kind: matchKind(fill.takerLeg, fill.makerLeg),
        taker: log.args.taker,
        price: String(fill.yesPriceTicks),
        lots: String(fill.quantityLots),
        feeMicro: String(fill.feeMicro),
        transactionHash: log.transactionHash,
      };
    });
}

async function tradesInSql(stage: Stage, marketId: number): Promise<ToldTrade[]> {
  const rows = await stage.index.rows(
    `SELECT match_kind AS kind, taker, yes_price_ticks AS price, quantity_lots AS lots,
            fee_micro, transaction_hash
       FROM chain.trades WHERE market_id = $1`,
    [marketId],
  );
  return rows.map((row) => ({
    ...(row as unknown as ToldTrade),
    feeMicro: row["fee_micro"] ?? "",
    transactionHash: row["transaction_hash"] ?? "",
  }));
}

async function tradesOfApi({ alice, market }: Cast): Promise<ToldTrade[]> {
  const { items } = await alice.client.listUserTrades(alice.address);
  return items
    .filter(({ marketId }) => marketId === market.marketId)
    .map((trade) => ({
      kind: trade.matchKind,
      taker: trade.taker,
      price: String(trade.yesPriceTicks),
      lots: String(trade.quantityLots),
      feeMicro: trade.feeMicro,
      transactionHash: trade.transactionHash,
    }));
}
