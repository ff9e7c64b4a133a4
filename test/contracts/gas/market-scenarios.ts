import { SETTLEMENT_GRACE_SECONDS } from "../support/exchange-fixture.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

/** The market is closed, and its grace has passed. */
async function pastGrace({ x }: GasBench): Promise<void> {
  const { closeTime } = await x.read("market", [1n]);
  await x.chain.travelTo(closeTime + SETTLEMENT_GRACE_SECONDS + 1);
}

async function pastDeadline({ x }: GasBench): Promise<void> {
  const { resolveDeadline } = await x.read("market", [1n]);
  await x.chain.travelTo(resolveDeadline + 1);
}

/** One taker pays a fee. */
async function accrueFee(bench: GasBench): Promise<void> {
  const { x, taker, makers } = bench;
  const terms = { marketId: bench.feeMarket, quantity: 100 };
  const [maker] = makers;
  if (!maker) throw new Error("the bench has makers");
  const orders = [
    await bench.order(taker, 1, { ...terms, side: 0 }),
    await bench.order(maker, 1, { ...terms, side: 1 }),
  ];
  await x.settle(orders, [{ takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 }]);
}

export const MARKETS: ScenarioGroup = {
  title: "Markets and roles",
  preconditions:
    "Texts of a usual length, published in full by the event; the resolver is a plain account; open interest stands.",
  scenarios: [
    call("create_market", "Create a market", {
      send: ({ x }) => x.write(x.admin, "createMarket", [x.marketParams()]),
    }),
    call("propose", "Propose a payout", {
      before: pastGrace,
      send: ({ x }) => x.write(x.resolver, "propose", [1n, 1000]),
    }),
    call("resolve", "Resolve, without a proposal", {
      before: pastGrace,
      send: ({ x }) => x.write(x.resolver, "resolve", [1n, 1000]),
    }),
    call("resolve_proposed", "Resolve what was proposed", {
      before: async (bench) => {
        await pastGrace(bench);
        await bench.x.write(bench.x.resolver, "propose", [1n, 1000]);
      },
      send: ({ x }) => x.write(x.resolver, "resolve", [1n, 1000]),
    }),
    call("void_market", "Void a market whose resolver is silent", {
      before: pastDeadline,
      send: ({ x }) => x.write(x.alice, "voidMarket", [1n]),
    }),
    call("collect_fees", "Collect fees", {
      before: accrueFee,
      send: ({ x }) => x.write(x.admin, "collectFees", [x.admin.address]),
    }),
    call("pause_trading", "Pause trading", {
      send: ({ x }) => x.write(x.admin, "pauseTrading", []),
    }),
    call("set_operator", "Name another operator", {
      send: ({ x }) => x.write(x.admin, "setOperator", [x.bob.address]),
    }),
  ],
};
