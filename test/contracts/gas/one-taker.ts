import type { SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { type Actor, actor } from "../support/actor.ts";
import type { GasBench, GasOfBatch } from "./gas-bench.ts";

/** 20 shares, an order of each maker. */
export const LOTS = 2000;
export const YES_PRICE = 500;
/** Counts of nonces in lanes that no order has used. */
const FRESH_COUNT = 800;

/** The ways for a taker to meet makers, as (outcome, side) of each. */
export const KINDS = {
  comp: { taker: { outcome: 1, side: 0 }, maker: { outcome: 1, side: 1 } },
  mint: { taker: { outcome: 1, side: 0 }, maker: { outcome: 0, side: 0 } },
  merge: { taker: { outcome: 1, side: 1 }, maker: { outcome: 0, side: 1 } },
} as const;
export type Kind = keyof typeof KINDS;

export interface OneTaker {
  /** How the taker meets each maker; the last one holds for all that follow. */
  kinds: readonly Kind[];
  makers: number;
  /** Which tenths of each order each batch fills; the last batch is measured. Whole unless told. */
  fillTenths?: readonly number[];
  /** Nonces in lanes that no order has used. */
  freshLanes?: boolean;
  /** In the market with a taker fee. */
  fee?: boolean;
  /** All resting orders are one account's. */
  oneMaker?: boolean;
  /** Every order is signed by a delegate. */
  delegates?: boolean;
  /** So many of the makers cancelled on chain, and the cancel is final. */
  cancelled?: number;
}

/** The batch of one taker and its makers in which the last of `fillTenths` settles. */
export async function oneTaker(bench: GasBench, scene: OneTaker): Promise<GasOfBatch> {
  return bench.reverting(async () => {
    const { fillTenths = [10], freshLanes = false, cancelled = 0 } = scene;
    if (scene.delegates) await nameDelegates(bench, scene);
    const orders = await ordersOf(bench, scene);
    if (cancelled > 0) await cancel(bench, orders.slice(1, 1 + cancelled));
    let measured: GasOfBatch = { gas: 0, calldataBytes: 0 };
    for (const [batch, tenths] of fillTenths.entries()) {
      measured = await bench.settle(orders, fillsOf(orders, (LOTS * tenths) / 10), {
        lanesInUse: !freshLanes || batch > 0,
        filledBefore: batch > 0,
        holdsAll: true,
        skipped: cancelled,
      });
    }
    return measured;
  });
}

async function ordersOf(bench: GasBench, scene: OneTaker): Promise<SignedOrder[]> {
  const first = scene.freshLanes ? FRESH_COUNT : 1;
  const signer = (owner: Actor) => (scene.delegates ? delegateOf(owner) : owner);
  const terms = {
    marketId: scene.fee ? bench.feeMarket : bench.market,
    price: YES_PRICE,
    timeInForce: 0,
  } as const;
  const taken = KINDS[scene.kinds[0] ?? "comp"].taker;
  const total = { ...terms, ...taken, quantity: LOTS * scene.makers };
  const orders = [await bench.order(bench.taker, first, total, signer(bench.taker))];
  for (let i = 0; i < scene.makers; i++) {
    const owner = bench.makers[scene.oneMaker ? 0 : i] as Actor;
    // Counts 0 and 7 of each lane are the ones that put it to use: six of a lane are free.
    const count = scene.oneMaker ? first + Math.floor(i / 6) * 8 + (i % 6) : first;
    const kind = scene.kinds[Math.min(i, scene.kinds.length - 1)] ?? "comp";
    const resting = { ...terms, ...KINDS[kind].maker, quantity: LOTS };
    orders.push(await bench.order(owner, count, resting, signer(owner)));
  }
  return orders;
}

function fillsOf(orders: SignedOrder[], quantityLots: number): BatchFill[] {
  return orders.slice(1).map((_, i) => ({
    takerIndex: 0,
    makerIndex: i + 1,
    quantityLots,
    yesPriceTicks: YES_PRICE,
  }));
}

function delegateOf(owner: Actor): Actor {
  return actor(`gas delegate of ${owner.address}`);
}

async function nameDelegates(bench: GasBench, scene: OneTaker): Promise<void> {
  for (const owner of [bench.taker, ...bench.makers.slice(0, scene.makers)]) {
    await bench.x.write(owner, "addDelegate", [delegateOf(owner).address]);
  }
}

async function cancel(bench: GasBench, orders: SignedOrder[]): Promise<void> {
  const { x } = bench;
  for (const { order } of orders) await x.write(order.maker, "requestCancel", [[order.nonce]]);
  await x.travelPastExitDelay();
  for (const { order } of orders) {
    await x.write(order.maker, "finalizeCancel", [order.maker, [order.nonce]]);
  }
}
