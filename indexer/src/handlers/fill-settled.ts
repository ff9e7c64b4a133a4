import { ponder } from "ponder:registry";
import { trades } from "ponder:schema";
import { matchKind } from "../../../protocol/order.ts";
import { decodeFillData, type FillData, type Leg } from "../../../protocol/settlement/fill-data.ts";
import { MICRO_PER_LOT, Side } from "../../../protocol/units.ts";
import { applyFill, fillCostMicro } from "../../accounting/position.ts";
import { changeBalance } from "../projections/balance.ts";
import { addToCandles } from "../projections/candle.ts";
import type { Database } from "../projections/database.ts";
import { changeExchange, getExchange } from "../projections/exchange.ts";
import { changeMarket, getMarket } from "../projections/market.ts";
import { changePosition, type PositionKey } from "../projections/position.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:FillSettled", async ({ event, context: { db } }) => {
  const { taker, maker } = event.args;
  const marketId = Number(event.args.marketId);
  const fill = decodeFillData(event.args.data);
  const place = provenanceOf(event);
  const { slug } = await getMarket(db, marketId);
  const { lastBatchId, fillsSettled } = await getExchange(db, event.log.address);
  const takerCostMicro = legCostMicro(fill, fill.takerLeg);
  await db.insert(trades).values({
    fillId: fillsSettled + 1,
    // The contract takes batches in their order only, and says the id after the fills.
    batchId: lastBatchId + 1,
    ...{ marketId, slug, taker, maker },
    ...tradeFigures(fill),
    ...place,
  });
  await changeExchange(db, event.log.address, (row) => ({
    fillsSettled: row.fillsSettled + 1,
    feesChargedMicro: row.feesChargedMicro + fill.feeMicro,
  }));
  const key = { marketId, slug, blockNumber: place.blockNumber };
  await settleSide(db, { ...key, account: taker }, fill, fill.takerLeg, fill.feeMicro);
  await settleSide(db, { ...key, account: maker }, fill, fill.makerLeg, 0n);
  await tradeInMarket(db, marketId, fill, takerCostMicro);
  await addToCandles(db, {
    ...{ marketId, slug, time: place.blockTime, yesPriceTicks: fill.yesPriceTicks },
    quantityLots: BigInt(fill.quantityLots),
    costMicro: takerCostMicro,
  });
});

function legCostMicro(fill: FillData, leg: Leg): bigint {
  return fillCostMicro({ ...leg, ...fill });
}

function tradeFigures(fill: FillData) {
  const { takerLeg, makerLeg, quantityLots, yesPriceTicks } = fill;
  return {
    matchKind: matchKind(takerLeg, makerLeg),
    takerOutcome: takerLeg.outcome,
    takerSide: takerLeg.side,
    makerOutcome: makerLeg.outcome,
    makerSide: makerLeg.side,
    yesPriceTicks,
    quantityLots,
    takerCostMicro: legCostMicro(fill, takerLeg),
    makerCostMicro: legCostMicro(fill, makerLeg),
    notionalMicro: BigInt(quantityLots) * BigInt(MICRO_PER_LOT),
    feeMicro: fill.feeMicro,
    takerNonce: fill.takerNonce,
    makerNonce: fill.makerNonce,
  };
}

/** One side's shares and cash. */
async function settleSide(
  db: Database,
  key: PositionKey,
  fill: FillData,
  leg: Leg,
  feeMicro: bigint,
): Promise<void> {
  const { yesPriceTicks, quantityLots } = fill;
  await changePosition(db, key, (position) =>
    applyFill(position, { ...leg, yesPriceTicks, quantityLots, feeMicro }),
  );
  const costMicro = legCostMicro(fill, leg);
  await changeBalance(db, {
    account: key.account,
    cashMicro: (leg.side === Side.BUY ? -costMicro : costMicro) - feeMicro,
    blockNumber: key.blockNumber,
  });
}

/** Last price, volume, and the pairs that a mint made or a merge ended. */
async function tradeInMarket(
  db: Database,
  marketId: number,
  fill: FillData,
  costMicro: bigint,
): Promise<void> {
  const lots = BigInt(fill.quantityLots);
  const kind = matchKind(fill.takerLeg, fill.makerLeg);
  const newLots = kind === "mint" ? lots : kind === "merge" ? -lots : 0n;
  await changeMarket(db, marketId, (row) => ({
    lastYesPriceTicks: fill.yesPriceTicks,
    yesOutstandingLots: row.yesOutstandingLots + newLots,
    noOutstandingLots: row.noOutstandingLots + newLots,
    volumeMicro: row.volumeMicro + costMicro,
    volumeLots: row.volumeLots + lots,
    trades: row.trades + 1,
    feesMicro: row.feesMicro + fill.feeMicro,
  }));
}
