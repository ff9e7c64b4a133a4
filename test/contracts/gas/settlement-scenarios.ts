import type { SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import type { Actor } from "../support/actor.ts";
import type { GasBench } from "./gas-bench.ts";
import { KINDS, LOTS, type OneTaker, oneTaker, YES_PRICE } from "./one-taker.ts";
import type { Scenario, ScenarioGroup } from "./scenario.ts";

const PARTIAL = [4, 4];
const TEN_AND_TEN = [...Array(10).fill("comp"), ...Array(10).fill("mint")];

const KIND_TITLE = { comp: "Complementary", mint: "Mint", merge: "Merge" } as const;

/** A batch of one taker, by the gas of its transaction. */
function batch(key: string, title: string, scene: OneTaker): Scenario {
  return { key, title, measure: async (bench) => (await oneTaker(bench, scene)).gas };
}

/** A batch of one taker, by the bytes of its transaction. */
function calldata(key: string, title: string, scene: OneTaker): Scenario {
  return { key, title, measure: async (bench) => (await oneTaker(bench, scene)).calldataBytes };
}

/** First and second fill of a kind at 1, 5 and 20 makers. */
function sizes(kind: keyof typeof KIND_TITLE): Scenario[] {
  return [1, 5, 20].flatMap((makers) => {
    const name = `${KIND_TITLE[kind]} 1×${makers}`;
    const scene = { kinds: [kind], makers };
    return [
      batch(`${kind}_1x${makers}_first`, `${name}, first fill`, scene),
      batch(`${kind}_1x${makers}_second`, `${name}, second fill`, {
        ...scene,
        fillTenths: PARTIAL,
      }),
    ];
  });
}

/** Both users receive an asset that they held none of: a buyer without shares, a seller without cash. */
async function freshHoldings(bench: GasBench, lanesInUse: boolean): Promise<number> {
  return bench.reverting(async () => {
    const { x } = bench;
    const [buyer, seller] = [x.alice, x.bob];
    const cost = BigInt(LOTS * YES_PRICE * 10);
    await x.fund(buyer, 2n * cost);
    await x.fundShares(seller, bench.market, 2 * LOTS);
    if (lanesInUse) {
      // A trade in the other market with all the cash that the seller has leaves it none.
      await x.fund(seller, cost);
      const bought = { marketId: bench.feeMarket, ...KINDS.comp.taker, quantity: LOTS };
      const sold = { marketId: bench.feeMarket, ...KINDS.comp.maker, quantity: 2 * LOTS };
      // Makers of both fills, so that neither pays the fee.
      const orders = [
        await bench.order(bench.taker, 1, { ...sold, quantity: LOTS }),
        await bench.order(seller, 0, bought),
        await bench.order(bench.makers[0] as Actor, 1, { ...sold, quantity: LOTS }),
        await bench.order(buyer, 0, { ...bought, quantity: 10 }),
      ];
      await x.settle(orders, [fill(0, 1), { ...fill(2, 3), quantityLots: 10 }]);
    }
    const market = { marketId: bench.market, quantity: LOTS };
    const orders = [
      await bench.order(buyer, 1, { ...market, ...KINDS.comp.taker }),
      await bench.order(seller, 1, { ...market, ...KINDS.comp.maker }),
    ];
    const nothing = [await x.cash(seller), (await x.shares(buyer, bench.market)).join()];
    if (nothing.join() !== "0,0,0") throw new Error(`they hold ${nothing}`);
    const expected = { lanesInUse, filledBefore: false, holdsAll: false };
    return (await bench.settle(orders, [fill(0, 1)], expected)).gas;
  });
}

/** Ten unrelated matches of one taker and one maker each, in one batch; gas of one of them. */
async function tenPairs(bench: GasBench): Promise<number> {
  return bench.reverting(async () => {
    const orders: SignedOrder[] = [];
    const fills: BatchFill[] = [];
    for (let i = 0; i < 20; i += 2) {
      const [buyer, seller] = bench.makers.slice(i, i + 2) as [Actor, Actor];
      orders.push(await bench.order(buyer, 1, { ...KINDS.comp.taker, quantity: LOTS }));
      orders.push(await bench.order(seller, 1, { ...KINDS.comp.maker, quantity: LOTS }));
      fills.push(fill(i, i + 1));
    }
    const expected = { lanesInUse: true, filledBefore: false, holdsAll: true };
    return Math.ceil((await bench.settle(orders, fills, expected)).gas / 10);
  });
}

function fill(takerIndex: number, makerIndex: number): BatchFill {
  return { takerIndex, makerIndex, quantityLots: LOTS, yesPriceTicks: YES_PRICE };
}

const comp = (makers: number, more: Partial<OneTaker> = {}): OneTaker => ({
  kinds: ["comp"],
  makers,
  ...more,
});

export const SETTLEMENT: ScenarioGroup = {
  title: "Settlement, active accounts",
  preconditions:
    "Every account holds cash, YES and NO before and after; every lane (eight orders' filled quantities) is in use. " +
    "A first fill is the whole fill of orders never filled before; a second fill is two fifths of orders of which two " +
    "fifths were filled by an earlier transaction.",
  scenarios: [
    ...sizes("comp"),
    ...sizes("mint"),
    ...sizes("merge"),
    batch("mixed_1x20_first", "10 complementary + 10 mint, one taker, first fill", {
      kinds: TEN_AND_TEN,
      makers: 20,
    }),
    batch("comp_1x20_one_maker", "Complementary 1×20, all of one maker account", {
      ...comp(20),
      oneMaker: true,
    }),
    batch("comp_1x1_fee", "Complementary 1×1, taker fee 1 %", comp(1, { fee: true })),
    batch("comp_1x20_fee", "Complementary 1×20, taker fee 1 %", comp(20, { fee: true })),
    batch("comp_1x1_delegates", "Complementary 1×1, both signed by delegates", {
      ...comp(1),
      delegates: true,
    }),
    batch("comp_1x20_delegates", "Complementary 1×20, all signed by delegates", {
      ...comp(20),
      delegates: true,
    }),
    batch("comp_1x20_5_skipped", "Complementary 1×20, 5 of the fills skipped (cancelled orders)", {
      ...comp(20),
      cancelled: 5,
    }),
    {
      key: "ten_pairs_per_match",
      title: "Ten unrelated complementary 1×1 in one batch, gas of each",
      measure: tenPairs,
    },
    calldata("calldata_1x1_bytes", "Calldata of complementary 1×1, bytes", comp(1)),
    calldata("calldata_1x20_bytes", "Calldata of complementary 1×20, bytes", comp(20)),
  ],
};

const fresh = (kind: keyof typeof KIND_TITLE, makers: number): Scenario => {
  const middle = kind === "comp" ? "" : `${kind}_`;
  return batch(`fresh_lane_${middle}1x${makers}`, `${KIND_TITLE[kind]} 1×${makers}, fresh lanes`, {
    kinds: [kind],
    makers,
    freshLanes: true,
  });
};

export const FRESH_STATE: ScenarioGroup = {
  title: "Settlement, fresh state",
  preconditions:
    "As above, but the storage named is written for the first time. A lane is fresh once in eight orders of an " +
    "account.",
  scenarios: [
    fresh("comp", 1),
    fresh("comp", 20),
    fresh("mint", 1),
    fresh("mint", 20),
    fresh("merge", 1),
    fresh("merge", 20),
    {
      key: "fresh_holdings_1x1",
      title: "Complementary 1×1, both receive an asset they held none of",
      measure: (bench) => freshHoldings(bench, true),
    },
    {
      key: "fresh_accounts_1x1",
      title: "Complementary 1×1, the same, and fresh lanes too: both trade for the first time",
      measure: (bench) => freshHoldings(bench, false),
    },
  ],
};
